"""The control plane of an AKS cluster is of a tier with an uptime guarantee."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The control plane of an AKS cluster is of a tier with an uptime guarantee",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "The free tier, which Azure takes where nothing is said, gives the API server no guarantee and less "
        "capacity: admission and identity stop when it does."
    ),
    fix="Create the cluster through the component, or set sku.tier to Standard or Premium.",
    url="https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base="Free", automatic="Standard")
    if props.read("sku.tier", provider_default=preset) not in ("Standard", "Premium"):
        yield "sku.tier must be Standard or Premium"
