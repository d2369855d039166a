"""Workloads of an AKS cluster have identities of their own in Azure."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Workloads of an AKS cluster have identities of their own in Azure",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "Otherwise they take the identity of the node, with the rights of every neighbour, or keep secrets that "
        "do not expire. The older pod identity has ended and could be spoofed."
    ),
    fix=(
        "Create the cluster through the component, or set securityProfile.workloadIdentity.enabled to true and "
        "remove podIdentityProfile."
    ),
    url="https://learn.microsoft.com/azure/aks/workload-identity-overview",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base=False, automatic=True)
    if not props.read("securityProfile.workloadIdentity.enabled", provider_default=preset):
        yield "securityProfile.workloadIdentity.enabled must be true"
    if props.read("podIdentityProfile.enabled", provider_default=False):
        yield "podIdentityProfile.enabled must not be true"
