"""How Kubernetes objects look to the controls: pure readers, no rule."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.cloud_upgrades import CLOUDS
from components.naming import annotation
from policies.model import Resource, Stack
from policies.values import Props, entries

EXISTING = "secureclusters:existing:Cluster"
GKE = "secureclusters:gcp:Cluster"
CLUSTERS = (EXISTING, *(f"secureclusters:{cloud}:Cluster" for cloud in CLOUDS))
CHART = "secureclusters:platform:Chart"
VULNERABILITY_REPORT = "kubernetes:aquasecurity.github.io/v1alpha1:VulnerabilityReport"
IMAGE_POLICIES = tuple(f"kubernetes:policy.sigstore.dev/{each}:ClusterImagePolicy" for each in ("v1alpha1", "v1beta1"))
WEBHOOKS = tuple(
    f"kubernetes:admissionregistration.k8s.io/v1:{each}WebhookConfiguration" for each in ("Mutating", "Validating")
)
RUNTIME_DETECTION = "secureclusters:platform:RuntimeDetection"
RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
BINDING_TYPES = (f"{RBAC}:ClusterRoleBinding", f"{RBAC}:RoleBinding")
NAMESPACED_TYPES = tuple(
    f"kubernetes:{group}:{kind}"
    for group, kinds in {
        "core/v1": (
            "ConfigMap",
            "LimitRange",
            "PersistentVolumeClaim",
            "Pod",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ),
        "apps/v1": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
        "batch/v1": ("CronJob", "Job"),
        "networking.k8s.io/v1": ("Ingress", "NetworkPolicy"),
        "rbac.authorization.k8s.io/v1": ("Role", "RoleBinding"),
        "cert-manager.io/v1": ("Certificate", "CertificateRequest", "Issuer"),
        "external-secrets.io/v1": ("ExternalSecret", "SecretStore"),
    }.items()
    for kind in kinds
)
SHARED_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
EVERYONE = ("system:anonymous", "system:authenticated", "system:unauthenticated")
QUOTA_KEYS = ("limits.cpu", "limits.memory", "pods")
METADATA_ADDRESSES = (
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
    "fd20:ce::254",
)

POD_IDENTITY_AGENT = "169.254.170.23/32"
"""Where EKS gives a pod the role of its own service account, by the pod's own token; nothing of the node's."""
METADATA_SERVER = "169.254.169.254/32"
"""Where GKE gives a pod the token of its own service account, and other clouds those of the node."""
_GKE_SIGN_IN = frozenset({80, 8080})
"""TCP ports of GKE's metadata server, as pods reach it with Dataplane V2:
https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity"""
_GKE_IDENTITIES = (annotation("identity"), "iam.gke.io/gcp-service-account")
"""Annotations that say which identity in Google Cloud a service account has."""
_PARTS_OF_CLUSTER = frozenset({("ConfigMap", "amazon-vpc-cni")})
"""Kind and name of what configures the cluster itself, in kube-system."""


def is_part_of_cluster(props: Props) -> bool:
    """Return whether an object is no workload, but isolates or configures those of the cluster in kube-system."""
    if props.read("metadata.namespace", provider_default="default") != "kube-system":
        return False
    kind = props.read("kind", provider_default="")
    return kind == "NetworkPolicy" or (kind, props.read("metadata.name", provider_default="")) in _PARTS_OF_CLUSTER


def object_name(resource: Resource) -> str:
    """Return `metadata.name`; the API server gives no name of its own to these objects."""
    return resource.props.read("metadata.name", provider_default="")


def namespace_of(resource: Resource) -> str:
    """Return `metadata.namespace`; absent means `default`."""
    return resource.props.read("metadata.namespace", provider_default="default")


def namespaces_with_quota(stack: Stack) -> set[str]:
    """Return the namespaces whose quota limits all of `QUOTA_KEYS`."""
    return {
        namespace_of(quota)
        for quota in stack.of_type("kubernetes:core/v1:ResourceQuota")
        if set(QUOTA_KEYS) <= set(quota.props.read("spec.hard", provider_default={}))
    }


def denied_directions(policy: Props) -> set[str]:
    """Return the directions that a NetworkPolicy denies altogether for every pod of its namespace.

    Absent policyTypes mean Ingress, and Egress where the policy has egress rules.
    """
    selector = policy.read("spec.podSelector", provider_default={})
    if selector.get("matchLabels") or selector.get("matchExpressions"):
        return set()
    rules = {
        "Ingress": policy.read("spec.ingress", provider_default=[]),
        "Egress": policy.read("spec.egress", provider_default=[]),
    }
    directions = policy.read("spec.policyTypes", provider_default=None)
    if directions is None:
        directions = ["Ingress", *(["Egress"] if rules["Egress"] else [])]
    return {direction for direction in directions if not rules.get(direction)}


def rules(policy: Props) -> Iterator[tuple[str, Sequence[Mapping[str, Any]], Sequence[Any]]]:
    """Yield each rule's path, peers and ports; absent lists are empty ones, and mean everyone."""
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(policy.read(f"spec.{direction}", provider_default=[])):
            yield f"spec.{direction}[{index}]", rule.get(peers) or [], rule.get("ports") or []


def ip_blocks(policy: Props) -> Iterator[tuple[str, Sequence[Any], Mapping[str, Any]]]:
    """Yield each ipBlock: its path, the ports of its rule, and the block."""
    for path, peers, ports in rules(policy):
        for index, peer in enumerate(peers):
            if block := peer.get("ipBlock"):
                yield f"{path} peer {index} ipBlock", ports, block


def open_metadata_addresses(block: Mapping[str, Any]) -> Iterator[str]:
    """Yield the metadata addresses that an ipBlock opens."""
    network = ipaddress.ip_network(block["cidr"], strict=False)
    closed = [ipaddress.ip_network(cidr, strict=False) for cidr in entries(block.get("except"))]
    for text in METADATA_ADDRESSES:
        address = ipaddress.ip_address(text)
        if address in network and not any(address in cut for cut in closed):
            yield text


def only_asks_names(block: Mapping[str, Any], ports: Sequence[Any]) -> bool:
    """Return whether a rule opens the one metadata address for DNS alone, as clusters with Cloud DNS need it."""
    return block.get("cidr") == METADATA_SERVER and bool(ports) and _ports(ports) <= {53}


def only_signs_in(block: Mapping[str, Any], ports: Sequence[Any]) -> bool:
    """Return whether a rule opens exactly what a pod on GKE takes its own identity on with."""
    tcp = all(port.get("protocol", "TCP") == "TCP" for port in ports)
    return block.get("cidr") == METADATA_SERVER and bool(ports) and tcp and _ports(ports) <= _GKE_SIGN_IN


def _ports(ports: Sequence[Any]) -> set[Any]:
    """Return the ports of a rule; a range or a missing port stands for all of them."""
    return {0 if port.get("endPort") else port.get("port", 0) for port in ports}


def namespaces_with_gke_identities(stack: Stack) -> set[str]:
    """Return the namespaces with a service account that has an identity in Google Cloud.

    None where the stack's own clusters are elsewhere: there the address gives out the identity of the node.
    """
    clusters = {cluster.type for cluster in stack.of_type(*CLUSTERS)}
    if clusters and GKE not in clusters:
        return set()
    return {
        namespace_of(account)
        for account in stack.of_type("kubernetes:core/v1:ServiceAccount")
        if any(key in account.props.read("metadata.annotations", provider_default={}) for key in _GKE_IDENTITIES)
    }


def is_everyone(peer: Mapping[str, Any]) -> bool:
    """Return whether a peer selects every pod of every namespace."""
    selector = peer.get("namespaceSelector")
    if selector is None:
        return False
    selected: list[Mapping[str, Any]] = [selector, *entries(peer.get("podSelector") and [peer["podSelector"]])]
    return not any(each.get(key) for each in selected for key in ("matchLabels", "matchExpressions"))


def reaches_secrets(role: Props) -> bool:
    """Return whether a role has any verb on secrets."""
    return any(
        entry in ("secrets", "*")
        for rule in role.read("rules", provider_default=[])
        for entry in entries(rule.get("resources"))
    )


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Return whether a label selector matches; an empty one matches everything.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    """
    wanted: Mapping[str, str] = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _holds(expression, labels) for expression in entries(selector.get("matchExpressions"))
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value, values = labels.get(expression["key"]), entries(expression.get("values"))
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:  # DoesNotExist: the API server takes no other
            return value is None
