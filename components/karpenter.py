"""How node pools of Karpenter replace their nodes: the upgrade settings in its words, for every cloud that runs it."""

from typing import Any

from .upgrades import Upgrades, Weekday, Window

_WEEK_HOURS = 7 * 24


def disruption(upgrades: Upgrades) -> dict[str, Any]:
    """Return a node pool's `disruption`: a share at a time, outdated nodes in the window only.

    A node pool knows days of the week and no dates, so freezes don't hold here.
    """
    return {
        "consolidationPolicy": "WhenEmptyOrUnderutilized",
        "consolidateAfter": "5m",
        "budgets": [{"nodes": f"{upgrades.surge}%"}, _outside(upgrades.window)],
    }


def _outside(window: Window) -> dict[str, Any]:
    """Return the budget that replaces no outdated node from the window's end to its next opening."""
    hour, minute = (int(part) for part in window.start.split(":"))
    day = list(Weekday).index(window.day) + 1  # cron counts from Sunday, the enumeration from Monday
    end = (day * 24 + hour + window.hours) % _WEEK_HOURS
    return {
        "nodes": "0",
        "reasons": ["Drifted"],
        "schedule": f"{minute} {end % 24} * * {end // 24}",
        "duration": f"{_WEEK_HOURS - window.hours}h",
    }
