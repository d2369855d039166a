"""A GKE cluster runs a Kubernetes version that is supported."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.releases import is_supported
from policies.values import Props


@control(
    title="A GKE cluster runs a Kubernetes version that is supported",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "After the end of support no flaw is fixed, and Google upgrades the cluster when it pleases. A cluster in "
        "a channel gets and keeps a version that the channel supports."
    ),
    fix=(
        "Choose cluster.upgrades, or set minMasterVersion to a minor that components/gcp/versions.yaml names as "
        "supported."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/release-schedule",
)
def check(props: Props) -> Iterator[str]:
    absent = gcp.by_mode(props, standard="UNSPECIFIED", autopilot="REGULAR")
    channel = props.read("releaseChannel.channel", provider_default=absent)
    version = props.read("minMasterVersion", provider_default=None)
    if version is None and channel == "UNSPECIFIED":
        yield "minMasterVersion or releaseChannel.channel must say which version runs"
    elif version is not None and not is_supported("gcp", version, extended=channel == "EXTENDED"):
        yield "minMasterVersion must be a version that is supported today"
