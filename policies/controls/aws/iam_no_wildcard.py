"""No policy allows everything on everything."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No policy allows everything on everything",
    severity=Severity.HIGH,
    types=(aws.ROLE_POLICY, aws.POLICY),
    why="Such a statement grows with every service that AWS adds.",
    fix="Name actions and resources.",
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
)
def check(props: Props) -> Iterator[str]:
    for index, statement in enumerate(aws.statements(props, "policy")):
        if statement.get("Effect") != "Allow":
            continue
        if "NotAction" in statement or "NotResource" in statement:
            yield f"policy: statement {index} must say what it allows, not what it doesn't"
        everywhere = "*" in aws.listed(statement.get("Resource"))
        for action in aws.listed(statement.get("Action")):
            if action == "*" or (everywhere and action.endswith(":*")):
                yield f"policy: statement {index} must name its actions"
