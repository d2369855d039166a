"""Nothing is put into the namespaces that belong to nobody."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nothing is put into the default and system namespaces",
    severity=Severity.MEDIUM,
    types=objects.NAMESPACED_TYPES,
    why="What lies in default has no owner, quota or isolation; what lies in kube-system is part of the cluster.",
    fix="Name a tenant's namespace in metadata.namespace.",
    url="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
)
def check(props: Props) -> Iterator[str]:
    namespace = props.read("metadata.namespace", provider_default="default")
    if namespace in objects.SHARED_NAMESPACES and not objects.is_part_of_cluster(props):
        yield f"metadata.namespace must be a tenant's, not {namespace}"
