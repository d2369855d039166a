"""The policy of a key names roles that stay what they are."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The policy of a key names roles that stay what they are",
    severity=Severity.HIGH,
    types=(aws.KEY,),
    why=(
        "A key open to everybody protects nothing; one that names a session or a generated role locks its cluster out "
        "for ever."
    ),
    fix="Create the key through the component, or name roles in the policy.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
)
def check(props: Props) -> Iterator[str]:
    found = aws.statements(props, "policy")
    if not found:
        yield "policy must name who may use and administer the key"
    for index, statement in enumerate(found):
        if statement.get("Effect") != "Allow":
            continue
        for kind, who in aws.principals(statement):
            if kind == "*" or who == "*":
                yield f"policy: statement {index} must not name everybody"
            elif kind == "AWS" and not who.endswith(":root") and (wrong := aws.lasting(who)):
                yield f"policy: a principal of statement {index} {wrong}"
