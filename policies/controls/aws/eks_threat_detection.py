"""GuardDuty watches the audit logs of an EKS cluster and what runs on its nodes."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack
from policies.values import Props, entries


def _keeps_agent(feature: Props | None) -> bool:
    """Return whether GuardDuty keeps its agent on the nodes; without it runtime monitoring sees nothing there."""
    if feature is None:
        return False
    return any(
        each.read("name", provider_default=None) == "EKS_ADDON_MANAGEMENT"
        and each.read("status", provider_default=None) == "ENABLED"
        for each in entries(feature.read("additionalConfigurations", provider_default=[]))
    )


@control(
    title="GuardDuty watches the audit logs of an EKS cluster and what runs on its nodes",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="Stolen credentials and a shell in a container show there first, and nowhere else.",
    fix="Leave cluster.detection.guardDuty at here, or accept with a waiver that the organization's account keeps it.",
    url="https://docs.aws.amazon.com/guardduty/latest/ug/kubernetes-protection.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    on = {
        each.props.read("name", provider_default=None): each.props
        for each in stack.of_type(aws.DETECTOR_FEATURE)
        if each.props.read("status", provider_default=None) == "ENABLED"
    }
    for cluster in stack.of_type(aws.CLUSTER):
        if not stack.of_type(aws.DETECTOR) or "EKS_AUDIT_LOGS" not in on:
            yield Finding(resource=cluster, message="a DetectorFeature EKS_AUDIT_LOGS must be ENABLED")
        if not _keeps_agent(on.get("RUNTIME_MONITORING")):
            message = "a DetectorFeature RUNTIME_MONITORING must be ENABLED, with EKS_ADDON_MANAGEMENT"
            yield Finding(resource=cluster, message=message)
