"""Binary Authorization denies what nobody has vouched for."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_BLOCK = "ENFORCED_BLOCK_AND_AUDIT_LOG"


def _rules(policy: Props) -> Iterator[tuple[str, Props]]:
    yield "defaultAdmissionRule", policy.read("defaultAdmissionRule", provider_default=Props({}))
    for index, rule in enumerate(policy.read("clusterAdmissionRules", provider_default=[])):
        yield f"clusterAdmissionRules[{index}]", rule


@control(
    title="Binary Authorization denies what nobody has vouched for",
    severity=Severity.HIGH,
    types=(gcp.BINARY_AUTHORIZATION,),
    why="The policy that a project begins with lets everything in; one that only writes to the log does so too.",
    fix=(
        "Create the cluster through the component, or set evaluationMode to ALWAYS_DENY or REQUIRE_ATTESTATION "
        "and enforcementMode to ENFORCED_BLOCK_AND_AUDIT_LOG in every rule."
    ),
    url="https://docs.cloud.google.com/binary-authorization/docs/policy-yaml-reference",
)
def check(props: Props) -> Iterator[str]:
    if "defaultAdmissionRule" not in props:
        yield "defaultAdmissionRule must be there"
    for path, rule in _rules(props):
        if rule.read("evaluationMode", provider_default="ALWAYS_ALLOW") not in ("ALWAYS_DENY", "REQUIRE_ATTESTATION"):
            yield f"{path}.evaluationMode must be ALWAYS_DENY or REQUIRE_ATTESTATION"
        if rule.read("enforcementMode", provider_default="DRYRUN_AUDIT_LOG_ONLY") != _BLOCK:
            yield f"{path}.enforcementMode must be {_BLOCK}"
