"""A cluster's issuer signs for AWS only."""

from collections.abc import Iterator

from policies import aws
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="A cluster's issuer signs for AWS only",
    severity=Severity.MEDIUM,
    types=(aws.OIDC_PROVIDER,),
    why="A token that was made for somebody else could otherwise be used at AWS.",
    fix="Set cluster.irsaIssuer, or clientIdLists to sts.amazonaws.com alone.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("url", provider_default="").startswith("https://oidc.eks."):
        raise NotApplicableError("it is no issuer of EKS")
    if list(props.read("clientIdLists", provider_default=[])) != ["sts.amazonaws.com"]:
        yield "clientIdLists must hold sts.amazonaws.com alone"
