"""Nodes of a GKE cluster have an account of their own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack


def _is_default(account: str) -> bool:
    return account == "default" or account.endswith("-compute@developer.gserviceaccount.com")


@control(
    title="Nodes of a GKE cluster have an account of their own",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    why=(
        "The default account of Compute Engine is an editor of the whole project in most organizations: one pod "
        "that breaks out, and the project is lost."
    ),
    fix=(
        "Create the node pool through the component, or set serviceAccount (Autopilot: in "
        "clusterAutoscaling.autoProvisioningDefaults) to an account that was made for nodes."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/service-accounts",
)
def check(stack: Stack) -> Iterator[Finding]:
    for resource in stack.of_type(gcp.CLUSTER, gcp.NODE_POOL):
        for nodes in gcp.all_node_configs(resource):
            named = gcp.names(stack, resource, nodes, "serviceAccount", gcp.ACCOUNT)
            if not named or _is_default(str(nodes.plain["serviceAccount"])):
                where = gcp.path(nodes, "serviceAccount")
                yield Finding(resource=resource, message=f"{where} must name an account of the nodes' own")
