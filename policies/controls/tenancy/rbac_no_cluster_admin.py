"""Nobody is full admin."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No binding grants cluster-admin or system:masters",
    severity=Severity.CRITICAL,
    types=objects.BINDING_TYPES,
    why="Full admin can't be limited or revoked in time, and almost nobody needs it.",
    fix="Bind one of the ready roles, or have the risk waived with an owner and an end.",
    url="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
)
def check(props: Props) -> Iterator[str]:
    if props.read("roleRef.name", provider_default="") in ("admin", "cluster-admin", "edit"):
        yield "roleRef.name must not be a built-in role that can write everything"
    for index, subject in enumerate(props.read("subjects", provider_default=[])):
        if subject.get("name") == "system:masters":
            yield f"subjects[{index}] must not be system:masters"
