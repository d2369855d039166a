"""Read `stacks/waivers.yaml`: the risks that somebody accepted, with an owner and an end."""

import datetime
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Field

from components.admission import AdmissionWaiver
from components.model import Owner, Settings

from . import stacks_file
from .catalogue import control_ids
from .model import LONGEST_WAIVER, Waiver

FILE = stacks_file.STACKS / "waivers.yaml"


_Text = Annotated[str, Field(min_length=1)]
_Texts = Annotated[tuple[_Text, ...], Field(min_length=1)]


class WaiverEntry(Settings):
    """An accepted risk."""

    control: _Text | _Texts
    """Id of the control that is waived; a list where one risk is what several controls refuse."""
    stack: _Text
    """Name or pattern (`*`) of the stacks."""
    resource: _Text | _Texts
    """Pattern (`*`) over `type::name` of the resource, or a list of patterns. Each of the controls is waived for each
    of them, and each has to be needed."""
    reason: str = Field(min_length=20, max_length=500)
    """Why the risk is accepted; 20 to 500 characters."""
    owner: Owner
    """Who answers for the risk."""
    expires: datetime.date
    """Last day (UTC), at most 180 days ahead."""
    compensating: str | None = Field(default=None, min_length=20, max_length=500)
    """Compensating control: what holds the risk down meanwhile; 20 to 500 characters."""
    review: datetime.date | None = None
    """Day (UTC) on which the owner looks at the risk again, before `expires`."""
    admission: "ClusterObject | None" = None
    """Object in the cluster that the waiver is about; without it the API server still refuses it."""


class ClusterObject(Settings):
    """The object that the API server lets pass as well."""

    namespace: str = ""
    """Full name of its namespace; absent for an object without one."""
    name: str = Field(min_length=1)
    """Its name; `*` stands for any characters: the pods of the Deployment `agent` are `agent-*`."""


class WaiverFile(Settings):
    """The file `stacks/waivers.yaml`."""

    waivers: tuple[WaiverEntry, ...]
    """Accepted risks; an empty list where there is none."""


def load(file: Path, today: datetime.date, stacks: Sequence[str] | None = None) -> tuple[Waiver, ...]:
    """Return the waivers of a file; an absent file has none.

    Raises `UserError` with everything that is wrong: unknown keys, an unknown control, an end more than
    180 days ahead, a review that does not come before the end, and, where `stacks` are given, a pattern that
    is about none of them.
    """
    if not file.exists():
        return ()
    entries = [each_of(entry) for entry in stacks_file.read(file, WaiverFile, "waivers").waivers]
    problems = [
        line
        for index, entry in enumerate(entries)
        for waiver in entry
        for line in _problems(index, waiver, today, stacks)
    ]
    stacks_file.refuse(file, list(dict.fromkeys(problems)))
    return tuple(itertools.chain.from_iterable(entries))


def each_of(entry: WaiverEntry) -> tuple[Waiver, ...]:
    """Return a waiver for each control and resource that an entry names."""
    common = entry.model_dump(exclude={"admission", "control", "resource"})
    return tuple(
        Waiver(**common, control=control, resource=resource, cluster_object=_cluster_object(entry))
        for control, resource in named(entry.model_dump())
    )


def named(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each control with each resource that an entry of the file names, in its plain form."""
    controls, resources = (entry.get(key, "") for key in ("control", "resource"))
    yield from itertools.product(_listed(controls), _listed(resources))


def _listed(value: Any) -> Sequence[str]:
    return cast("Sequence[str]", value) if isinstance(value, (list, tuple)) else (value,)


def for_admission(waivers: Sequence[Waiver], stack: str, today: datetime.date) -> list[AdmissionWaiver]:
    """Return what the API server is to let pass in the cluster of a stack; expired waivers let nothing pass."""
    return [
        AdmissionWaiver(
            control=waiver.control,
            namespace=waiver.cluster_object[0],
            name=waiver.cluster_object[1],
            expires=waiver.expires,
        )
        for waiver in waivers
        if waiver.cluster_object and waiver.concerns(stack) and not waiver.expired(today)
    ]


def _cluster_object(entry: WaiverEntry) -> tuple[str, str] | None:
    return (entry.admission.namespace, entry.admission.name) if entry.admission else None


def _problems(index: int, waiver: Waiver, today: datetime.date, stacks: Sequence[str] | None) -> Iterator[str]:
    where = f"waivers[{index}]"
    if waiver.control not in control_ids():
        yield f"{where}.control: {waiver.control!r} is no control; see policies/README.md for the ids"
    latest = today + LONGEST_WAIVER
    if waiver.expires > latest:
        yield f"{where}.expires: {waiver.expires} is more than 180 days ahead; {latest} is the latest day"
    if waiver.review and waiver.review >= waiver.expires:
        yield f"{where}.review: {waiver.review} is not before the last day, {waiver.expires}; review the risk earlier"
    if stacks is not None and not any(waiver.concerns(stack) for stack in stacks):
        yield f"{where}.stack: {waiver.stack!r} is about no stack; there are {', '.join(stacks)}"
