"""How Google Cloud's resources look to the controls: type tokens and pure readers, no rule.

Names on the wire are those of pulumi-gcp 10; tests/policies/test_sdk_properties.py holds the fixtures to its SDK.
"""

from collections.abc import Iterator
from typing import Any

from policies.model import Resource, Stack
from policies.values import UNKNOWN, Props, UnknownRead, dotted

CLUSTER = "gcp:container/cluster:Cluster"
NODE_POOL = "gcp:container/nodePool:NodePool"
NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
KEY = "gcp:kms/cryptoKey:CryptoKey"
FIREWALL = "gcp:compute/firewall:Firewall"
NAT = "gcp:compute/routerNat:RouterNat"
ACCOUNT_KEY = "gcp:serviceaccount/key:Key"
REPOSITORY = "gcp:artifactregistry/repository:Repository"
POOL_PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
SERVICE = "gcp:projects/service:Service"
AUDIT_CONFIG = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
BINARY_AUTHORIZATION = "gcp:binaryauthorization/policy:Policy"
BACKUP_PLAN = "gcp:gkebackup/backupPlan:BackupPlan"
ACCOUNT = "gcp:serviceaccount/account:Account"
LOG_BUCKET = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
LOG_SINK = "gcp:logging/projectSink:ProjectSink"
TOPIC = "gcp:pubsub/topic:Topic"
FEATURE_MEMBERSHIP = "gcp:gkehub/featureMembership:FeatureMembership"
FINDINGS = "gcp:securitycenter/v2ProjectNotificationConfig:V2ProjectNotificationConfig"
COMPONENT = "secureclusters:gcp:Cluster"


def is_autopilot(cluster: Props) -> bool:
    """Return whether Google runs the nodes of a cluster."""
    return cluster.read("enableAutopilot", provider_default=False)


def by_mode(cluster: Props, *, standard: Any, autopilot: Any) -> Any:
    """Return what GKE does when a property is absent: Autopilot sets and holds many of them itself.

    Source: https://docs.cloud.google.com/kubernetes-engine/docs/resources/autopilot-standard-feature-comparison
    """
    return autopilot if is_autopilot(cluster) else standard


def has_address(cluster: Props) -> bool:
    """Return whether the API server has an IP address at all; without one it has its DNS name only."""
    return cluster.read("controlPlaneEndpointsConfig.ipEndpointsConfig.enabled", provider_default=True)


def has_public_address(cluster: Props) -> bool:
    """Return whether the API server has an address on the internet."""
    return has_address(cluster) and not cluster.read(
        "privateClusterConfig.enablePrivateEndpoint", provider_default=False
    )


def names(stack: Stack, resource: Resource, part: Props, path: str, *types: str) -> bool:
    """Return whether a property in a part of a resource names something.

    What is not known yet names something where it is made of a resource of these types in the same stack.
    Raises `UnknownRead` where it is made of something else.
    """
    try:
        return bool(part.read(path, provider_default=None))
    except UnknownRead as unknown:
        itself = unknown.path == (*part.path, *path.split("."))
        if itself and stack.referred(resource, str(unknown.path[0]), *types):
            return True
        raise


def belonging(stack: Stack, to: Resource, key: str, *types: str) -> list[Resource]:
    """Return the resources of these types whose property names another: by its output or by its name.

    Raises `UnknownRead` where the property of one of them is unknown without referring to anything.
    """
    return [each for each in stack.of_type(*types) if _belongs(each, key, to)]


def _belongs(resource: Resource, key: str, to: Resource) -> bool:
    if urns := resource.references.get(key):
        return to.urn in urns
    name = to.props.plain.get("name")
    named = resource.props.read(key, provider_default="")
    return name is not UNKNOWN and name is not None and named.rsplit("/", 1)[-1] == name


def same_project(one: Resource, other: Resource) -> bool:
    """Return whether two resources may lie in one project: those that name none lie in that of the provider."""
    projects = {each.props.plain.get("project") for each in (one, other)}
    return len(projects) == 1 or None in projects or UNKNOWN in projects


def path(part: Props, key: str) -> str:
    """Return where a property of a part stands in its resource."""
    return dotted((*part.path, key))


def pools(resource: Resource) -> Iterator[Props]:
    """Yield the node pools of a cluster of one's own: those inside it, its first one, or one that is a resource.

    The first one is `nodeConfig` of the cluster; it is left out where the cluster removes it. Autopilot has none.
    """
    cluster = resource.props
    if resource.type == NODE_POOL:
        yield cluster
    elif not is_autopilot(cluster):
        inside = cluster.read("nodePools", provider_default=[])
        yield from inside
        if not inside and not cluster.read("removeDefaultNodePool", provider_default=False):
            yield cluster


def node_configs(resource: Resource) -> Iterator[Props]:
    """Yield what `pools` says of its nodes; where it says nothing, an empty part."""
    for pool in pools(resource):
        yield pool.read("nodeConfig", provider_default=Props({}, (*pool.path, "nodeConfig")))


def provisioned_node_configs(resource: Resource) -> Iterator[Props]:
    """Yield `node_configs`, and what a cluster says of the nodes of pools that GKE makes by itself."""
    yield from node_configs(resource)
    if resource.type == CLUSTER and resource.props.read("clusterAutoscaling.enabled", provider_default=False):
        yield _provisioned(resource)


def provisioned_pools(resource: Resource) -> Iterator[Props]:
    """Yield `pools`, and what a cluster says of the pools that GKE makes by itself."""
    yield from pools(resource)
    if resource.type == CLUSTER and resource.props.read("clusterAutoscaling.enabled", provider_default=False):
        yield _provisioned(resource)


def all_node_configs(resource: Resource) -> Iterator[Props]:
    """Yield `provisioned_node_configs`, with those of Autopilot, for what is one's own choice there as well."""
    yield from provisioned_node_configs(resource)
    autoscales = resource.props.read("clusterAutoscaling.enabled", provider_default=False)
    if resource.type == CLUSTER and is_autopilot(resource.props) and not autoscales:
        yield _provisioned(resource)


def _provisioned(cluster: Resource) -> Props:
    path = ("clusterAutoscaling", "autoProvisioningDefaults")
    return cluster.props.read(".".join(path), provider_default=Props({}, path))


_WITHOUT_MACHINES = (
    "GLOBAL_MANAGED_PROXY",
    "INTERNAL_HTTPS_LOAD_BALANCER",
    "PRIVATE_NAT",
    "PRIVATE_SERVICE_CONNECT",
    "REGIONAL_MANAGED_PROXY",
)


def holds_machines(subnet: Props) -> bool:
    """Return whether machines get addresses in a subnet; Google keeps some for its own proxies."""
    return subnet.read("purpose", provider_default="PRIVATE") not in _WITHOUT_MACHINES


_WITH_PORTS = ("sctp", "tcp", "udp", "6", "17", "132")


def unnamed_ports(rule: Props) -> Iterator[str]:
    """Yield what must be said of a firewall rule that allows more than the ports that it names."""
    for index, allowed in enumerate(rule.read("allows", provider_default=[])):
        protocol = allowed.read("protocol", provider_default="all").lower()
        if protocol == "all":
            yield f"allows[{index}].protocol must not be all"
        elif protocol in _WITH_PORTS and not allowed.read("ports", provider_default=[]):
            yield f"allows[{index}].ports must name the ports"


def lets_in(rule: Props) -> bool:
    """Return whether a firewall rule lets something in."""
    ingress = rule.read("direction", provider_default="INGRESS") == "INGRESS"
    off = rule.read("disabled", provider_default=False)
    return ingress and not off and bool(rule.read("allows", provider_default=[]))


def seconds(duration: str) -> float:
    """Return 90.5 of `90.5s`, the only form in which Google takes a duration."""
    return float(duration.removesuffix("s"))


def stores_images(repository: Props) -> bool:
    """Return whether a repository keeps images that its owner pushes, not those of another one."""
    mode = repository.read("mode", provider_default="STANDARD_REPOSITORY")
    return mode == "STANDARD_REPOSITORY" and repository.read("format", provider_default="").upper() == "DOCKER"
