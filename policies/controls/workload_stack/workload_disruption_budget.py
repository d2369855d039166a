"""Replicated workloads keep running while nodes are drained."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Enforcement, Finding, Resource, Severity, Stack


@control(
    title="Every replicated workload has a disruption budget",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"),
    why="Without a budget, draining nodes to patch them may take every replica down at once.",
    fix="Create a PodDisruptionBudget in the namespace whose selector matches the labels of the pod template.",
    url="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
)
def check(stack: Stack) -> Iterator[Finding]:
    budgets = stack.of_type("kubernetes:policy/v1:PodDisruptionBudget")
    for workload in stack.of_type("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"):
        replicas = workload.props.read("spec.replicas", provider_default=1)
        if replicas < 2:
            continue
        covering = [budget for budget in budgets if _covers(budget, workload)]
        if not covering:
            yield Finding(resource=workload, message="no PodDisruptionBudget of the namespace selects its pods")
        elif not all(_keeps_some(budget, replicas) for budget in covering):
            yield Finding(resource=workload, message="the PodDisruptionBudget of its pods lets all of them go at once")


def _keeps_some(budget: Resource, replicas: int) -> bool:
    """Return whether a budget keeps a pod running; one that lets all go is none."""
    read = budget.props.read
    most = read("spec.maxUnavailable", provider_default=None)
    if most is not None:
        return most != "100%" and not (isinstance(most, int | float) and most >= replicas)
    return read("spec.minAvailable", provider_default=1) not in (0, "0", "0%")


def _covers(budget: Resource, workload: Resource) -> bool:
    labels = workload.props.read("spec.template.metadata.labels", provider_default={})
    selector = budget.props.read("spec.selector", provider_default=None)
    return (
        selector is not None
        and objects.namespace_of(budget) == objects.namespace_of(workload)
        and objects.selects(selector, labels)
    )
