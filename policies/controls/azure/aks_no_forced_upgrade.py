"""No upgrade of an AKS cluster is forced."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No upgrade of an AKS cluster is forced",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "A forced upgrade skips the checks that hold it back while workloads still use APIs which the new version "
        "no longer has."
    ),
    fix="Remove upgradeSettings.overrideSettings.",
    url="https://learn.microsoft.com/azure/aks/stop-cluster-upgrade-api-breaking-changes",
)
def check(props: Props) -> Iterator[str]:
    if props.read("upgradeSettings.overrideSettings.forceUpgrade", provider_default=False):
        yield "upgradeSettings.overrideSettings.forceUpgrade must not be true"
