"""Logs of the containers of an AKS cluster have a place to go."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack

_EXTENSION = "ContainerInsightsExtension"


@control(
    title="Logs of the containers of an AKS cluster have a place to go",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "An agent that signs in as an identity sends what a rule says: without one that is associated with the "
        "cluster it sends nothing, and nobody is told."
    ),
    fix=(
        "Create the cluster through the component, or add a DataCollectionRuleAssociation named "
        "ContainerInsightsExtension."
    ),
    url="https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(azure.CLUSTER):
        if not azure.is_on(azure.add_on(cluster.props, "omsagent"), absent=False):
            continue
        associated = stack.referring(cluster, "resourceUri", azure.COLLECTION_ASSOCIATION)
        names = {
            each.props.read("associationName", provider_default="")
            for each in associated
            if "dataCollectionRuleId" in each.props
        }
        if _EXTENSION not in names:
            yield Finding(resource=cluster, message=f"no DataCollectionRuleAssociation is named {_EXTENSION}")
