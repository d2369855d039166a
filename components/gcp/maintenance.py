"""When GKE upgrades: pure functions from the upgrade settings to its windows and exclusions."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from ..upgrades import Freeze, Upgrades, Weekday, Window

_ROLLING = 92
_FEWEST_HOURS = 48
"""GKE wants 48 hours of windows in any 92 days:
https://docs.cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions"""
_DAYS = list(Weekday)
_FIRST = datetime.date(2026, 1, 5)
"""A Monday: GKE reads day and time of the first window and repeats it."""
NO_UPGRADES = "NO_UPGRADES"
NO_MINOR_UPGRADES = "NO_MINOR_UPGRADES"


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """A weekly window in the words of GKE."""

    start: str
    end: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """A time in which GKE leaves something alone."""

    name: str
    start: str
    end: str
    scope: str


def recurrence(window: Window) -> Recurrence:
    """Return the window as GKE repeats it, in UTC."""
    hour, minute = (int(part) for part in window.start.split(":"))
    day = _FIRST + datetime.timedelta(days=_DAYS.index(window.day))
    opens = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=datetime.UTC)
    return Recurrence(
        start=_text(opens),
        end=_text(opens + datetime.timedelta(hours=window.hours)),
        rule=f"FREQ=WEEKLY;BYDAY={window.day[:2].upper()}",
    )


def exclusions(upgrades: Upgrades, released: datetime.date, support_ends: datetime.date) -> list[Exclusion]:
    """Return an exclusion for each freeze, and one of minors until the support ends where a version is held."""
    frozen = [
        Exclusion(
            name=f"freeze-{each.from_}",
            start=_text(_midnight(each.from_)),
            end=_text(_midnight(each.to + datetime.timedelta(days=1))),
            scope=NO_UPGRADES,
        )
        for each in upgrades.freezes
    ]
    if upgrades.version is None:
        return frozen
    held = Exclusion(
        name=f"held-at-{upgrades.version.replace('.', '-')}",
        start=_text(_midnight(released)),
        end=_text(_midnight(support_ends)),
        scope=NO_MINOR_UPGRADES,
    )
    return [*frozen, held]


def problems(upgrades: Upgrades) -> Iterator[str]:
    """Yield why GKE would refuse windows and freezes together."""
    if not upgrades.freezes:
        return
    first = min(each.from_ for each in upgrades.freezes) - datetime.timedelta(days=_ROLLING)
    last = max(each.to for each in upgrades.freezes)
    for start in range((last - first).days + 1):
        begins = first + datetime.timedelta(days=start)
        if _open_hours(upgrades.window, upgrades.freezes, begins) < _FEWEST_HOURS:
            yield (
                f"upgrades: the freezes leave less than {_FEWEST_HOURS} hours of windows in the {_ROLLING} days from "
                f"{begins}, and GKE refuses that; shorten a freeze, or give the window more hours"
            )
            return


def _open_hours(window: Window, freezes: tuple[Freeze, ...], begins: datetime.date) -> int:
    days = (begins + datetime.timedelta(days=index) for index in range(_ROLLING))
    return sum(
        window.hours
        for day in days
        if day.weekday() == _DAYS.index(window.day) and not any(each.covers(day) for each in freezes)
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def _text(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
