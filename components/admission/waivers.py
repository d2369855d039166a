"""Waivers as exact exclusions that the API server itself ends on their last day.

An expression has no clock, but the object that it judges carries one. On CREATE the API server has just set
`metadata.creationTimestamp`, whatever the request said. On an UPDATE that changes anything it has just set the
`time` of the changing manager's entry in `metadata.managedFields`. A request can date entries into the future,
which only ends the waiver sooner, or drop all of them, which ends it as well. So a waiver needs no redeployment
to end, and an expired one that is still in the settings is refused by the next update as well.
"""

import datetime
from collections.abc import Iterable, Sequence

from ..errors import UserError
from .controls import text
from .model import AdmissionWaiver

_MANAGED = "dyn(object).metadata.?managedFields.orValue([])"
_IN_TIME = (
    "(request.operation == 'CREATE' ? dyn(object).metadata.creationTimestamp < {end} : "
    f"{_MANAGED} != [] && {_MANAGED}.all(entry, entry.?time.orValue('9') < {{end}}))"
)
"""Times are RFC 3339 in UTC, to the second, so that text order is time order."""


def check(waivers: Sequence[AdmissionWaiver], controls: Iterable[str], today: datetime.date) -> None:
    """Raise `UserError`, a line each, for waivers of unknown controls and for those that have expired."""
    known = set(controls)
    problems = [
        *(
            f"waives {waiver.control}, which is no workload control"
            for waiver in waivers
            if waiver.control not in known
        ),
        *(
            f"of {waiver.control} for {waiver.namespace}/{waiver.name} expired on {waiver.expires}"
            for waiver in waivers
            if waiver.expires < today
        ),
    ]
    if problems:
        raise UserError("\n".join(f"a waiver {problem}; remove or renew it" for problem in problems))


def excluded(waivers: Sequence[AdmissionWaiver], control: str) -> str | None:
    """Return CEL that is true for the objects for which the control is waived now; None where there are none."""
    conditions = [_condition(waiver) for waiver in waivers if waiver.control == control]
    return " || ".join(conditions) or None


def _condition(waiver: AdmissionWaiver) -> str:
    end = text(f"{waiver.expires + datetime.timedelta(days=1)}T00:00:00Z")
    name = "dyn(object).metadata.name"
    if "*" in waiver.name:
        pattern = waiver.name.replace(".", r"\.").replace("*", ".*")
        matches = f"{name}.matches({text(f'^{pattern}$')})"
    else:
        matches = f"{name} == {text(waiver.name)}"
    return f"(request.?namespace.orValue('') == {text(waiver.namespace)} && {matches} && {_IN_TIME.format(end=end)})"
