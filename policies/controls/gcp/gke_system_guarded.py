"""Nobody changes what GKE itself runs in a cluster, nor acts as it."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody changes what GKE itself runs in a cluster, nor acts as it",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "A webhook on system objects, a change in kube-system or a request in the name of a system account makes "
        "an administrator of a namespace one of the cluster."
    ),
    fix=(
        "Create the cluster through the component, or set noSystemMutation, noSystemImpersonation and "
        "noUnsafeWebhooks in autopilotClusterPolicyConfig."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/security/autopilot-cluster-policies-standard",
)
def check(props: Props) -> Iterator[str]:
    absent = gcp.by_mode(props, standard=False, autopilot=True)
    for key in ("noSystemMutation", "noSystemImpersonation", "noUnsafeWebhooks"):
        if not props.read(f"autopilotClusterPolicyConfig.{key}", provider_default=absent):
            yield f"autopilotClusterPolicyConfig.{key} must be true"
