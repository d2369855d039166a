"""Inspector scans the images and instances of an EKS cluster."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Inspector scans the images and instances of an EKS cluster",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="An image that was clean when it was pushed isn't a month later.",
    fix="Leave cluster.detection.inspector at here, or accept with a waiver that the organization's account keeps it.",
    url="https://docs.aws.amazon.com/inspector/latest/user/scanning-resources.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    scanned = {
        type_
        for each in stack.of_type(aws.INSPECTOR)
        if each.props.read("accountIds", provider_default=[])
        for type_ in each.props.read("resourceTypes", provider_default=[])
    }
    for cluster in stack.of_type(aws.CLUSTER):
        for missing in sorted({"EC2", "ECR"} - scanned):
            yield Finding(resource=cluster, message=f"an Enabler must have {missing} in resourceTypes")
