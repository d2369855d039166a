"""Every namespace enforces the restricted Pod Security Standard."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Every namespace enforces the restricted Pod Security Standard",
    severity=Severity.HIGH,
    types=("kubernetes:core/v1:Namespace",),
    why="Without the label the API server accepts privileged pods in the namespace.",
    fix="Leave podSecurity at restricted, or have the risk of another level waived.",
    url="https://kubernetes.io/docs/concepts/security/pod-security-admission/",
)
def check(props: Props) -> Iterator[str]:
    label = "pod-security.kubernetes.io/enforce"
    labels = props.read("metadata.labels", provider_default={})
    if labels.get(label) != "restricted":
        yield f"metadata.labels[{label}] must be restricted"
