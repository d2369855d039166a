"""People log in to an AKS cluster with Entra ID, as Azure manages it."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="People log in to an AKS cluster with Entra ID, as Azure manages it",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "Without it access is by certificates that nobody can revoke; the older integration keeps an application "
        "secret in the cluster's own description."
    ),
    fix=(
        "Name the groups of administrators in cluster.breakGlass, or set aadProfile.managed to true without "
        "application ids."
    ),
    url="https://learn.microsoft.com/azure/aks/entra-id-control-plane-authentication",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("aadProfile.managed", provider_default=False):
        yield "aadProfile.managed must be true"
    for key in ("clientAppID", "serverAppID", "serverAppSecret"):
        if props.read(f"aadProfile.{key}", provider_default=None) is not None:
            yield f"aadProfile.{key} belongs to the older integration, which has ended"
