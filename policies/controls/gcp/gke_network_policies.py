"""Something in a GKE cluster enforces NetworkPolicies."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


def _datapath(cluster: Props) -> str:
    absent = gcp.by_mode(cluster, standard="LEGACY_DATAPATH", autopilot="ADVANCED_DATAPATH")
    return cluster.read("datapathProvider", provider_default=absent)


@control(
    title="Something in a GKE cluster enforces NetworkPolicies",
    severity=Severity.CRITICAL,
    types=(gcp.CLUSTER,),
    why=(
        "Without an engine the API server takes NetworkPolicies and nothing obeys them: every namespace only "
        "looks isolated."
    ),
    fix="Create the cluster through the component, or set datapathProvider to ADVANCED_DATAPATH.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/network-policy",
)
def check(props: Props) -> Iterator[str]:
    if _datapath(props) == "ADVANCED_DATAPATH":
        return
    on = props.read("networkPolicy.enabled", provider_default=False)
    if not on or props.read("addonsConfig.networkPolicyConfig.disabled", provider_default=True):
        yield "datapathProvider must be ADVANCED_DATAPATH, or networkPolicy.enabled true with its add-on"
