"""A GKE cluster can mount secrets from Secret Manager, and follows their rotation."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A GKE cluster can mount secrets from Secret Manager, and follows their rotation",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why=(
        "Secrets that stay in Secret Manager are not copied into manifests; without rotation pods keep a secret "
        "that was revoked until somebody restarts them."
    ),
    fix=(
        "Create the cluster through the component, or set secretManagerConfig.enabled and "
        "secretManagerConfig.rotationConfig.enabled to true."
    ),
    url="https://docs.cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component",
)
def check(props: Props) -> Iterator[str]:
    for key in ("enabled", "rotationConfig.enabled"):
        if not props.read(f"secretManagerConfig.{key}", provider_default=False):
            yield f"secretManagerConfig.{key} must be true"
