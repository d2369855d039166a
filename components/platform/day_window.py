"""A weekly window in the words of the tools that restart and upgrade nodes: a day, and two times on that day."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..upgrades import Window

_DAY = 24 * 60


def words(window: Window) -> Mapping[str, Any]:
    """Return the day by its first two letters, and when the window opens and closes, HH:MM in UTC."""
    return {
        "day": window.day.value[:2],
        "startTime": window.start,
        "endTime": _clock(_minutes(window.start) + 60 * window.hours),
    }


def problems(name: str, window: Window) -> Iterator[str]:
    """Yield a window that goes past midnight, which those tools take for one that never opens."""
    if _minutes(window.start) + 60 * window.hours > _DAY:
        yield f"{name} goes past midnight (UTC); begin it earlier, or make it shorter"


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return 60 * int(hours) + int(minutes)


def _clock(minutes: int) -> str:
    """Return HH:MM; the end of the day is its last minute."""
    last = min(minutes, _DAY - 1)
    return f"{last // 60:02}:{last % 60:02}"
