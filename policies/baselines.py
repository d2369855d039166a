"""Read `stacks/baseline.yaml`: violations that were there before the catalogue, which warn until they are fixed.

An engine tells a policy pack nothing of what a stack was before. So what may stay is written down once, exactly:
a violation that is listed warns, and every other one denies. It does not judge how bad a listed violation is: it
may get worse on the same resource under the same control, which the cluster's own `deny-new` refuses.
"""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from components.model import Owner, Settings

from . import stacks_file
from .catalogue import all_controls
from .model import LONGEST_WAIVER, Baseline, Enforcement

FILE = stacks_file.STACKS / "baseline.yaml"


class BaselineEntry(Settings):
    """The violations that one stack had when the catalogue came to it."""

    stack: str = Field(min_length=1)
    """Name of the stack; no pattern."""
    owner: Owner
    """Who answers for fixing them."""
    expires: datetime.date
    """Last day (UTC), at most 180 days ahead; after it they deny."""
    violations: dict[str, tuple[str, ...]]
    """For each mandatory control the resources, as `type::name`, that violate it; no patterns."""


class BaselineFile(Settings):
    """The file `stacks/baseline.yaml`; `python -m preview baseline STACK` writes it."""

    baselines: tuple[BaselineEntry, ...]
    """One entry a stack."""


def load(file: Path, today: datetime.date, stacks: Sequence[str] | None = None) -> tuple[Baseline, ...]:
    """Return the baselines of a file; an absent file has none.

    Raises `UserError` with everything that is wrong: unknown keys, an unknown or advisory control, an end more
    than 180 days ahead, a stack that is there twice and, where `stacks` are given, one that does not exist.
    """
    if not file.exists():
        return ()
    entries = stacks_file.read(file, BaselineFile, "baselines").baselines
    stacks_file.refuse(file, list(_problems(entries, today, stacks)))
    return tuple(
        Baseline(
            stack=entry.stack,
            owner=entry.owner,
            expires=entry.expires,
            violations=frozenset((control, each) for control, found in entry.violations.items() for each in found),
        )
        for entry in entries
    )


def _problems(entries: Sequence[BaselineEntry], today: datetime.date, stacks: Sequence[str] | None) -> Iterator[str]:
    enforcements = {control.id: control.enforcement for control in all_controls()}
    latest = today + LONGEST_WAIVER
    names = [entry.stack for entry in entries]
    for index, entry in enumerate(entries):
        where = f"baselines[{index}]"
        if entry.stack in names[:index]:
            yield f"{where}.stack: {entry.stack!r} has an entry already; a stack has one"
        if stacks is not None and entry.stack not in stacks:
            yield f"{where}.stack: {entry.stack!r} is no stack; there are {', '.join(stacks)}"
        if entry.expires > latest:
            yield f"{where}.expires: {entry.expires} is more than 180 days ahead; {latest} is the latest day"
        for control, found in entry.violations.items():
            if control not in enforcements:
                yield f"{where}.violations: {control!r} is no control; see policies/README.md for the ids"
            elif enforcements[control] is Enforcement.ADVISORY:
                yield f"{where}.violations: {control!r} is advisory and denies nothing; take it out"
            if patterns := [each for each in found if "*" in each]:
                yield f"{where}.violations.{control}: {patterns[0]!r} is a pattern; name each resource"
