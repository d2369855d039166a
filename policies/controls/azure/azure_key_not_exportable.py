"""A key in Azure stays in its vault."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A key in Azure stays in its vault",
    severity=Severity.HIGH,
    types=(azure.KEY,),
    why="A key that can be exported can be taken away, and used without any log.",
    fix="Remove properties.attributes.exportable.",
    url="https://learn.microsoft.com/azure/key-vault/keys/about-keys-details",
)
def check(props: Props) -> Iterator[str]:
    if props.read("properties.attributes.exportable", provider_default=False):
        yield "properties.attributes.exportable must not be true"
