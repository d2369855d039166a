"""An AKS cluster has no local accounts."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster has no local accounts",
    severity=Severity.CRITICAL,
    types=(azure.CLUSTER,),
    why=(
        "Local accounts are shared cluster-admin certificates: they name nobody in the audit log, know no second "
        "factor and stay valid when somebody leaves."
    ),
    fix="Create the cluster through the component, or set disableLocalAccounts to true.",
    url="https://learn.microsoft.com/azure/aks/local-accounts",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("disableLocalAccounts", provider_default=False):
        yield "disableLocalAccounts must be true"
