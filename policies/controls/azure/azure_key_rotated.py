"""A key in Azure is rotated by itself."""

import re
from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

_DURATION = re.compile(r"P(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?")
_LONGEST = 2 * 365


def _days(duration: str) -> int:
    """Return how many days a duration of whole days, months or years has at most; none for what is no such duration."""
    found = _DURATION.fullmatch(duration)
    parts = {key: int(value or 0) for key, value in found.groupdict().items()} if found else {}
    return 366 * parts.get("years", 0) + 31 * parts.get("months", 0) + parts.get("days", 0)


def _rotates_in_time(action: Props) -> bool:
    if action.read("action.type", provider_default="notify").lower() != "rotate":
        return False
    if action.read("trigger.timeBeforeExpiry", provider_default=""):
        return True
    return 0 < _days(action.read("trigger.timeAfterCreate", provider_default="")) <= _LONGEST


@control(
    title="A key in Azure is rotated by itself",
    severity=Severity.MEDIUM,
    types=(azure.KEY,),
    why="A key that nobody rotates protects everything that was ever encrypted, for as long as its thief keeps it.",
    fix=(
        "Create the key through the component, or add a lifetime action of type rotate, with a trigger, to "
        "properties.rotationPolicy."
    ),
    url="https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation",
)
def check(props: Props) -> Iterator[str]:
    actions = props.read("properties.rotationPolicy.lifetimeActions", provider_default=[])
    if not any(_rotates_in_time(action) for action in actions):
        yield "properties.rotationPolicy.lifetimeActions must rotate within two years"
