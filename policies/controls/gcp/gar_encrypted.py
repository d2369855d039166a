"""Artifact Registry is encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Artifact Registry is encrypted with a key of one's own",
    severity=Severity.MEDIUM,
    types=(gcp.REPOSITORY,),
    why="With Google's own key its use shows in no log, and nobody can take a copy's worth away.",
    fix="Create the registry through the component, or set kmsKeyName.",
    url="https://docs.cloud.google.com/artifact-registry/docs/cmek",
)
def check(stack: Stack) -> Iterator[Finding]:
    for repository in stack.of_type(gcp.REPOSITORY):
        if not gcp.names(stack, repository, repository.props, "kmsKeyName", gcp.KEY):
            yield Finding(resource=repository, message="kmsKeyName must name a key")
