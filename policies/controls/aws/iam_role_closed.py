"""What is attached to a role by hand is taken off again."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Finding, Severity, Stack


@control(
    title="What is attached to a role by hand is taken off again",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.ROLE,),
    why="A policy that somebody attached for a minute stays for years; the next update would not notice it.",
    fix="Create roles through the component, or add RolePolicyAttachmentsExclusive and RolePoliciesExclusive.",
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for role in stack.of_type(aws.ROLE):
        for type_ in (aws.ATTACHMENTS_EXCLUSIVE, aws.POLICIES_EXCLUSIVE):
            own = [
                each
                for each in stack.of_type(type_)
                if role.urn in each.references.get("roleName", ())
                or each.props.read("roleName", provider_default=None) == role.props.plain.get("name")
            ]
            if not own:
                yield Finding(resource=role, message=f"a {type_.rpartition(':')[2]} must close its list")
