"""Nobody who didn't log in holds a role."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No role is bound to anonymous or to all users",
    severity=Severity.CRITICAL,
    types=objects.BINDING_TYPES,
    why="A role bound to system:unauthenticated belongs to everyone who reaches the API server.",
    fix="Bind the role to a group of your identity provider.",
    url="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#hardening",
)
def check(props: Props) -> Iterator[str]:
    for index, subject in enumerate(props.read("subjects", provider_default=[])):
        if subject.get("name") in objects.EVERYONE:
            yield f"subjects[{index}] must not be anonymous or every user"
