"""Every namespace says who answers for it."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Every namespace names its owner",
    severity=Severity.LOW,
    types=("kubernetes:core/v1:Namespace",),
    why="Nobody patches, pays for or answers for a namespace without an owner.",
    fix="Create the namespace through a Tenant, which sets the annotation secureclusters.dev/owner.",
    url="https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
)
def check(props: Props) -> Iterator[str]:
    owner = "secureclusters.dev/owner"
    if not props.read("metadata.annotations", provider_default={}).get(owner):
        yield f"metadata.annotations[{owner}] must name who answers for the namespace"
