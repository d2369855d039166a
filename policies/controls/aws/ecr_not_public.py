"""No repository is open to everybody."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props

_BOUND = {"aws:principalorgid", "aws:principalaccount"}


@control(
    title="No repository is open to everybody",
    severity=Severity.CRITICAL,
    types=(aws.REPOSITORY_POLICY,),
    why="Images hold code and sometimes secrets; who may push decides what runs.",
    fix="Name accounts or roles in the policy.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
)
def check(props: Props) -> Iterator[str]:
    for index, statement in enumerate(aws.statements(props, "policy")):
        everybody = any(kind == "*" or who == "*" for kind, who in aws.principals(statement))
        bound = _BOUND & set(aws.conditions(statement, "StringEquals"))
        if statement.get("Effect") == "Allow" and everybody and not bound:
            yield f"policy: statement {index} must not name everybody"
