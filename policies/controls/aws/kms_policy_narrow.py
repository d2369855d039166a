"""The policy of a key says for what it may be used."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The policy of a key says for what it may be used",
    severity=Severity.HIGH,
    types=(aws.KEY,),
    why=(
        "Who may do everything with a key can hand it to anybody; a grant or a service without a condition uses it "
        "for anybody's data."
    ),
    fix=(
        "Create the key through the component, or name actions, kms:GrantIsForAWSResource for grants, and a condition "
        "for services."
    ),
    url="https://docs.aws.amazon.com/kms/latest/developerguide/grants.html",
)
def check(props: Props) -> Iterator[str]:
    for index, statement in enumerate(aws.statements(props, "policy")):
        if statement.get("Effect") != "Allow":
            continue
        actions = aws.listed(statement.get("Action"))
        if not actions or {"*", "kms:*"} & set(actions):
            yield f"policy: statement {index} must name its actions"
        granted = aws.conditions(statement, "Bool").get("kms:grantisforawsresource")
        if "kms:CreateGrant" in actions and granted != ["true"]:
            yield f"policy: statement {index} must bind grants by kms:GrantIsForAWSResource"
        service = any(kind == "Service" for kind, _ in aws.principals(statement))
        if service and not aws.conditions(statement, "ArnEquals", "ArnLike", "StringEquals"):
            yield f"policy: statement {index} must bind the service to what it encrypts"
