"""Only named roles administer an EKS cluster."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Only named roles administer an EKS cluster",
    severity=Severity.CRITICAL,
    types=(aws.ACCESS_POLICY,),
    why="Almost nobody needs full admin; whoever has it can undo every other control.",
    fix="Name administrators in cluster.breakGlass; give everyone else groups in cluster.access.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for association in stack.of_type(aws.ACCESS_POLICY):
        policy = association.props.read("policyArn", provider_default="")
        if not policy.endswith(f"/{aws.ADMINISTRATOR}"):
            continue
        named = [
            role
            for component in stack.of_type(aws.COMPONENT)
            for role in (
                *component.props.read("breakGlass", provider_default=[]),
                component.props.read("deployer", provider_default=None),
            )
        ]
        if association.props.read("principalArn", provider_default=None) not in named:
            yield Finding(
                resource=association, message="policyArn gives administration to a role that is not named for it"
            )
