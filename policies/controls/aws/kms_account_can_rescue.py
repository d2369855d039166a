"""The account itself can administer a key."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The account itself can administer a key",
    severity=Severity.MEDIUM,
    types=(aws.KEY,),
    why="A key whose only administrators have been deleted can be changed by nobody, and AWS can take weeks to help.",
    fix="Create the key through the component, or name the account's root in the policy, for administration only.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("bypassPolicyLockoutSafetyCheck", provider_default=False):
        yield "bypassPolicyLockoutSafetyCheck must be false"
    rescues = [
        statement
        for statement in aws.statements(props, "policy")
        if statement.get("Effect") == "Allow"
        and any(who.endswith(":root") for _, who in aws.principals(statement))
        and {"kms:*", "kms:PutKeyPolicy"} & set(aws.listed(statement.get("Action")))
    ]
    if not rescues:
        yield "policy must let the account's root put a new policy"
