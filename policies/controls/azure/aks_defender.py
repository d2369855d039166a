"""Defender watches an AKS cluster for threats."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Defender watches an AKS cluster for threats",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "Nothing else in Azure looks at what containers do after they were admitted: a shell, a miner or a stolen "
        "token would go unseen."
    ),
    fix=(
        "Create the cluster through the component, or set securityProfile.defender.securityMonitoring.enabled to "
        "true with a workspace."
    ),
    url="https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("securityProfile.defender.securityMonitoring.enabled", provider_default=False):
        yield "securityProfile.defender.securityMonitoring.enabled must be true"
