"""Old images leave Artifact Registry."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Old images leave Artifact Registry",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.REPOSITORY,),
    why="What nobody patches any more can still be run.",
    fix="Create the registry through the component, or set cleanupPolicies and leave cleanupPolicyDryRun out.",
    url="https://docs.cloud.google.com/artifact-registry/docs/repositories/cleanup-policy",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("cleanupPolicies", provider_default=[]):
        yield "cleanupPolicies must be there"
    elif props.read("cleanupPolicyDryRun", provider_default=False):
        yield "cleanupPolicyDryRun must be false"
