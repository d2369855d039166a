"""A key in Azure is rotated by itself."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A key in Azure is rotated by itself",
    severity=Severity.MEDIUM,
    types=(azure.KEY,),
    why="A key that nobody rotates protects everything that was ever encrypted, for as long as its thief keeps it.",
    fix="Create the key through the component, or add a lifetime action of type rotate to properties.rotationPolicy.",
    url="https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation",
)
def check(props: Props) -> Iterator[str]:
    actions = props.read("properties.rotationPolicy.lifetimeActions", provider_default=[])
    if not any(action.read("action.type", provider_default="notify").lower() == "rotate" for action in actions):
        yield "properties.rotationPolicy.lifetimeActions must hold an action of type rotate"
