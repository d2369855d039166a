"""Read `stacks/waivers.yaml`: the risks that somebody accepted, with an owner and an end."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from components.admission import AdmissionWaiver
from components.model import Owner, Settings

from . import stacks_file
from .catalogue import all_controls
from .model import LONGEST_WAIVER, Waiver

FILE = stacks_file.STACKS / "waivers.yaml"


class WaiverEntry(Settings):
    """An accepted risk."""

    control: str = Field(min_length=1)
    """Id of the control that is waived."""
    stack: str = Field(min_length=1)
    """Name or pattern (`*`) of the stacks."""
    resource: str = Field(min_length=1)
    """Pattern (`*`) over `type::name` of the resource."""
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
    entries = stacks_file.read(file, WaiverFile, "waivers").waivers
    waivers = tuple(
        Waiver(**entry.model_dump(exclude={"admission"}), cluster_object=_cluster_object(entry)) for entry in entries
    )
    problems = [line for index, waiver in enumerate(waivers) for line in _problems(index, waiver, today, stacks)]
    stacks_file.refuse(file, problems)
    return waivers


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
    if waiver.control not in {control.id for control in all_controls()}:
        yield f"{where}.control: {waiver.control!r} is no control; see policies/README.md for the ids"
    latest = today + LONGEST_WAIVER
    if waiver.expires > latest:
        yield f"{where}.expires: {waiver.expires} is more than 180 days ahead; {latest} is the latest day"
    if waiver.review and waiver.review >= waiver.expires:
        yield f"{where}.review: {waiver.review} is not before the last day, {waiver.expires}; review the risk earlier"
    if stacks is not None and not any(waiver.concerns(stack) for stack in stacks):
        yield f"{where}.stack: {waiver.stack!r} is about no stack; there are {', '.join(stacks)}"
