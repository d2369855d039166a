"""The endpoint to S3 leads to the account's own buckets, and to the images of AWS."""

from collections.abc import Iterator

from policies import aws
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_BOUND = {"aws:resourceaccount", "aws:resourceorgid"}


@control(
    title="The endpoint to S3 leads to the account's own buckets, and to the images of AWS",
    severity=Severity.MEDIUM,
    types=(aws.VPC_ENDPOINT,),
    why="With the policy that AWS gives, whoever breaks in copies data to a bucket of their own, past every firewall.",
    fix="Create the network through the component, or bind the policy by aws:ResourceAccount.",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("serviceName", provider_default="").endswith(".s3"):
        raise NotApplicableError("it leads to another service")
    found = aws.statements(props, "policy")
    if not found:
        yield "policy must name what may be reached"
    for index, statement in enumerate(found):
        anywhere = "*" in aws.listed(statement.get("Resource"))
        if (
            statement.get("Effect") == "Allow"
            and anywhere
            and not _BOUND & set(aws.conditions(statement, "StringEquals"))
        ):
            yield f"policy: statement {index} must name buckets, or bind them by aws:ResourceAccount"
