"""Old images go."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Finding, Severity, Stack


@control(
    title="Old images go",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.REPOSITORY, aws.CREATION_TEMPLATE),
    why="Whatever can still be pulled can still be run, with the vulnerabilities of its day.",
    fix="Create the repository through the component, or add a LifecyclePolicy.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    policies = stack.of_type(aws.LIFECYCLE)
    for repository in stack.of_type(aws.REPOSITORY):
        name = repository.props.read("name", provider_default=None)
        own = [
            each
            for each in policies
            if repository.urn in each.references.get("repository", ())
            or (name is not None and each.props.read("repository", provider_default=None) == name)
        ]
        if not own:
            yield Finding(resource=repository, message="a LifecyclePolicy must say which images go")
    for template in stack.of_type(aws.CREATION_TEMPLATE):
        if not template.props.read("lifecyclePolicy", provider_default=None):
            yield Finding(resource=template, message="lifecyclePolicy must say which images go")
