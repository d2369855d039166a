"""A GKE cluster gives out no client certificate."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A GKE cluster gives out no client certificate",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="Nobody can take a client certificate back before it ends, and it knows neither second factor nor group.",
    fix="Remove masterAuth, or set masterAuth.clientCertificateConfig.issueClientCertificate to false.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication",
)
def check(props: Props) -> Iterator[str]:
    if props.read("masterAuth.clientCertificateConfig.issueClientCertificate", provider_default=False):
        yield "masterAuth.clientCertificateConfig.issueClientCertificate must be false"
