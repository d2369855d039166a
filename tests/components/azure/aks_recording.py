"""Records AKS clusters, each way to make one once for all tests, and finds what is in the recording."""

import functools
import json

from components.azure import Cluster
from policies.model import Resource
from tests import aks_clusters
from tests.recording import record

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
WINDOW = "azure-native:containerservice:MaintenanceConfiguration"
ROLE = "azure-native:authorization:RoleAssignment"
LOCK = "azure-native:authorization:ManagementLockByScope"
SUBNET = "azure-native:network:Subnet"
RULES = "azure-native:network:NetworkSecurityGroup"
REGISTRY = "azure-native:containerregistry:Registry"
CACHE = "azure-native:containerregistry:CacheRule"


def recorded_anew(**changes) -> dict[str, Resource]:
    """Record a cluster with changes."""
    args = aks_clusters.args(**changes)
    return record(lambda: Cluster(args.identifier, args) and None)


@functools.cache
def _recorded(changes: str) -> dict[str, Resource]:
    return recorded_anew(**json.loads(changes))


def recorded(**changes) -> dict[str, Resource]:
    """Record a cluster with changes, once for all tests: what is recorded never changes."""
    return _recorded(json.dumps(changes))


def of_type(resources: dict[str, Resource], token: str) -> list[Resource]:
    return [each for each in resources.values() if each.type == token]


def only(resources: dict[str, Resource], token: str) -> Resource:
    found = of_type(resources, token)
    assert len(found) == 1, [each.name for each in found]
    return found[0]


def cluster(**changes) -> dict:
    return dict(only(recorded(**changes), CLUSTER).props.plain)


def pools(**changes) -> dict[str, dict]:
    return {each.props.plain["agentPoolName"]: dict(each.props.plain) for each in of_type(recorded(**changes), POOL)}
