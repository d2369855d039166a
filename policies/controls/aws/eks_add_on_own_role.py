"""An add-on that calls AWS has a role of its own."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props

_CALL_AWS = ("aws-ebs-csi-driver", "aws-efs-csi-driver", "vpc-cni")


@control(
    title="An add-on that calls AWS has a role of its own",
    severity=Severity.HIGH,
    types=(aws.ADD_ON,),
    why="Otherwise it uses the node's role, and every pod on the node can do what it does.",
    fix="Create the cluster through the component, or set podIdentityAssociations.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("addonName", provider_default="") not in _CALL_AWS:
        return
    if not props.read("podIdentityAssociations", provider_default=None) and not props.read(
        "serviceAccountRoleArn", provider_default=None
    ):
        yield "podIdentityAssociations must name a role"
