"""No role has a managed policy that gives the account away."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props

_WIDE = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")


@control(
    title="No role has a managed policy that gives the account away",
    severity=Severity.CRITICAL,
    types=(aws.ATTACHMENT,),
    why="A pod or node with it is the account.",
    fix="Name policies of what is needed in the grants of an identity.",
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
)
def check(props: Props) -> Iterator[str]:
    name = props.read("policyArn", provider_default="").rpartition("/")[2]
    if name in _WIDE or name.endswith("FullAccess"):
        yield "policyArn must not name a policy of full access"
