"""A key in Azure is made and used in hardware."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A key in Azure is made and used in hardware",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(azure.KEY,),
    why="A key in software passes through the memory of a server that others share.",
    fix="Create the key through the component, or set properties.kty to RSA-HSM in a vault of the tier premium.",
    url="https://learn.microsoft.com/azure/key-vault/keys/about-keys",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("properties.kty", provider_default="RSA").endswith("-HSM"):
        yield "properties.kty must be RSA-HSM or EC-HSM"
