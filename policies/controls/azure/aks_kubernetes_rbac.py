"""An AKS cluster authorises requests by roles."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster authorises requests by roles",
    severity=Severity.CRITICAL,
    types=(azure.CLUSTER,),
    why="Without RBAC every caller who gets in is an administrator, and so is every pod.",
    fix="Remove enableRBAC, or set it to true.",
    url="https://learn.microsoft.com/azure/aks/concepts-identity",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("enableRBAC", provider_default=True):
        yield "enableRBAC must be true"
