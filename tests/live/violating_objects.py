"""Objects that violate a control and that the API server takes all the same, where no fixture of it is such a one."""

from collections.abc import Iterator
from typing import Any

from tests.live.odd_objects import DIGEST, workload

UNSEEN = {
    "service-no-external-ips": "The local control plane's own admission, DenyServiceExternalIPs, refuses them.",
    "workload-no-debug-containers": "They come through an endpoint of their own: see test_admission_policies.py.",
    "workload-proc-masked": "Validation takes an unmasked mount in a user namespace only, where the control allows it.",
}
"""Controls that nothing violates which the API server takes, each with its reason."""


def violating_objects() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield objects under the names of the controls that they violate."""
    windows = {"windowsOptions": {"hostProcess": True, "runAsUserName": "NT AUTHORITY\\SYSTEM"}}
    host = {"hostNetwork": True, "os": {"name": "windows"}, "securityContext": {**windows, "runAsNonRoot": True}}
    yield "workload-no-windows-host-process", _pod(**host)
    claim = {"name": "v", "persistentVolumeClaim": {"claimName": "c"}}
    device = {"volumeDevices": [{"name": "v", "devicePath": "/dev/a"}]}
    yield "workload-no-block-device", _pod(device, volumes=[claim])
    both = {"volumeMounts": [{"name": "v", "mountPath": "/a", "mountPropagation": "Bidirectional"}]}
    yield "workload-no-mount-propagation", _pod({**both, "securityContext": {"privileged": True}}, volumes=[claim])
    crowded = workload("Deployment", None, _pod()["spec"], "fixture")
    crowded["spec"]["replicas"] = 3
    yield "workload-spread", crowded
    account = {"kubernetes.io/service-account.name": "default"}
    yield (
        "secret-no-service-account-token",
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/service-account-token",
            "metadata": {"name": "fixture", "annotations": account},
        },
    )


def _pod(container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    whole = {"name": "app", "image": f"registry.k8s.io/pause{DIGEST}", **(container or {})}
    return workload("Pod", None, {"containers": [whole], **spec}, "fixture")
