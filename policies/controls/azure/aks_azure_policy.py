"""Azure Policy watches what runs in an AKS cluster."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure Policy watches what runs in an AKS cluster",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Without the add-on an auditor of the subscription sees nothing of what is admitted to the cluster, and "
        "no policy of the organisation reaches it."
    ),
    fix="Create the cluster through the component, or set addonProfiles.azurepolicy.enabled to true.",
    url="https://learn.microsoft.com/azure/governance/policy/concepts/policy-for-kubernetes",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base=False, automatic=True)
    if not azure.is_on(azure.add_on(props, "azurepolicy"), absent=preset):
        yield "addonProfiles.azurepolicy.enabled must be true"
