"""No Service of a GKE cluster takes an address by its own word."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No Service of a GKE cluster takes an address by its own word",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="Who may create a Service with externalIPs takes the traffic of that address from every pod (CVE-2020-8554).",
    fix="Create the cluster through the component, or set serviceExternalIpsConfig.enabled to false.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster",
)
def check(props: Props) -> Iterator[str]:
    if props.read("serviceExternalIpsConfig.enabled", provider_default=True):
        yield "serviceExternalIpsConfig.enabled must be false"
