"""A GKE cluster relies on nothing that has ended."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_ENDED = (
    ("securityPostureConfig.vulnerabilityMode", "VULNERABILITY_DISABLED", "VULNERABILITY_DISABLED"),
    ("protectConfig.workloadVulnerabilityMode", "DISABLED", "DISABLED"),
    ("podSecurityPolicyConfig.enabled", False, False),
    ("addonsConfig.istioConfig.disabled", True, True),
    ("addonsConfig.cloudrunConfig.disabled", True, True),
    ("addonsConfig.kalmConfig.enabled", False, False),
)


@control(
    title="A GKE cluster relies on nothing that has ended",
    severity=Severity.LOW,
    types=(gcp.CLUSTER,),
    why=(
        "Google has ended the scanning of workloads, pod security policies and the add-ons for Istio, Cloud Run "
        "and application delivery: who relies on them is protected by nothing."
    ),
    fix=(
        "Remove the setting; images are scanned in Artifact Registry, and pods are held to Pod Security by the "
        "namespaces."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/deprecations",
)
def check(props: Props) -> Iterator[str]:
    for path, absent, off in _ENDED:
        if props.read(path, provider_default=absent) != off:
            yield f"{path} must be absent"
