"""Roles are bound to groups, not to people."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Roles are bound to groups and service accounts, never to users",
    severity=Severity.MEDIUM,
    types=objects.BINDING_TYPES,
    why="A binding to a person outlives the person's job, and no review finds it.",
    fix="Bind the role to a group of your identity provider.",
    url="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects",
)
def check(props: Props) -> Iterator[str]:
    for index, subject in enumerate(props.read("subjects", provider_default=[])):
        if subject.get("kind") not in ("Group", "ServiceAccount"):
            yield f"subjects[{index}].kind must be Group or ServiceAccount"
