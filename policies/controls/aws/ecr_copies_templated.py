"""Copies of public images are kept as strictly as images of one's own."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Copies of public images are kept as strictly as images of one's own",
    severity=Severity.MEDIUM,
    types=(aws.PULL_THROUGH,),
    why="A repository that ECR makes for a copy has moving tags and no key of yours, unless a template says otherwise.",
    fix=(
        "Create the registry through the component, or add a RepositoryCreationTemplate for PULL_THROUGH_CACHE with "
        "the prefix."
    ),
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    prefixes = [
        each.props.read("prefix", provider_default=None)
        for each in stack.of_type(aws.CREATION_TEMPLATE)
        if "PULL_THROUGH_CACHE" in each.props.read("appliedFors", provider_default=[])
    ]
    for rule in stack.of_type(aws.PULL_THROUGH):
        prefix = rule.props.read("ecrRepositoryPrefix", provider_default=None)
        if prefix is None or not {prefix, "ROOT"} & set(prefixes):
            yield Finding(resource=rule, message="a RepositoryCreationTemplate must have its prefix")
