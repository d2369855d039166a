"""Nobody runs commands in an AKS cluster past its network."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody runs commands in an AKS cluster past its network",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "The run command starts a pod with cluster access from anywhere on the internet: it goes round the "
        "private endpoint, the authorised ranges and most of the audit."
    ),
    fix="Create the cluster through the component, or set apiServerAccessProfile.disableRunCommand to true.",
    url="https://learn.microsoft.com/azure/aks/access-private-cluster#disable-run-command",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("apiServerAccessProfile.disableRunCommand", provider_default=False):
        yield "apiServerAccessProfile.disableRunCommand must be true"
