"""NetworkPolicies of a namespace: deny everything, DNS, and the declared flows.

Pure functions from intents to specifications; `namespace.py` turns them into resources.

Every policy states both directions it speaks of as explicit lists, empty ones too: an empty list is a
field that server-side apply owns, so a rule added by hand is drift that the next update removes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, LabelSelectorRequirementArgs
from pulumi_kubernetes.networking import v1

from ..cluster import ClusterDns
from ..dataplane import Door
from ..mesh import Mesh
from ..naming import annotation, namespace_name, short_digest
from .intent import Flow, ForeignPods, Network, Peer, Pods, Port, Protocol

NAMESPACE_LABEL = "kubernetes.io/metadata.name"
"""Set by the API server on every namespace; a tenant can't forge it."""

ISOLATED = annotation("isolated")
"""Label that takes every flow from a pod, whatever its value: no policy but default-deny selects it any more."""

DEFAULT_DENY = "default-deny"
ALLOW_DNS = "allow-dns"
ALLOW_SIGN_IN = "allow-sign-in"
ALLOW_PROBES = "allow-probes"
ALLOW_MESH = "allow-mesh"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One NetworkPolicy: its name, the intent that asked for it, and its spec."""

    name: str
    intent: str
    spec: pulumi.Input[v1.NetworkPolicySpecArgs]


def baseline(dns: pulumi.Input[Mapping[str, Any]]) -> list[Policy]:
    """Return the policies that every namespace has: default-deny in both directions, and DNS.

    `dns` is a `ClusterDns` in the form of a stack file.
    """
    deny = v1.NetworkPolicySpecArgs(
        pod_selector=_selector("all"), policy_types=["Ingress", "Egress"], ingress=[], egress=[]
    )
    allow_dns = pulumi.Output.from_input(dns).apply(lambda value: _dns_spec(ClusterDns.model_validate(value)))
    return [
        Policy(name=DEFAULT_DENY, intent="nothing goes in or out unless a flow declares it", spec=deny),
        Policy(name=ALLOW_DNS, intent="every pod may ask the cluster's DNS", spec=allow_dns),
    ]


def for_namespace(tenant: str, namespace: str, flows: Sequence[Flow], mesh: Mesh | None = None) -> list[Policy]:
    """Return the policies that open the tenant's flows at one of its namespaces (short name).

    Between pods of a mesh a TCP flow opens the port of its tunnel as well; which ports go through the tunnel, the
    AuthorizationPolicies say.
    """
    policies: list[Policy] = []
    for flow in flows:
        ports = (*flow.ports, *tunnel(flow, mesh))
        if isinstance(flow.to, Pods) and flow.to.namespace == namespace:
            policies.append(_ingress(tenant, flow, flow.to, ports))
        if isinstance(flow.from_, Pods) and flow.from_.namespace == namespace:
            policies.append(_egress(tenant, flow, flow.from_, ports))
    return policies


def tunnel(flow: Flow, mesh: Mesh | None) -> tuple[Port, ...]:
    """Return the port that a flow needs beside its own: that of the mesh, where both ends are in it."""
    if mesh is None or mesh.tunnel_port is None:
        return ()
    named = any(port.port == mesh.tunnel_port for port in flow.ports)
    if named or not any(port.protocol is Protocol.TCP for port in flow.ports):
        return ()
    inside = all(
        isinstance(peer, Pods) or (isinstance(peer, ForeignPods) and mesh.has(peer.cluster_namespace))
        for peer in (flow.from_, flow.to)
    )
    return (Port(port=mesh.tunnel_port),) if inside else ()


def probes(address: str) -> Policy:
    """Return the policy that lets the kubelet's probes in, whose address the mesh changes to this one."""
    rule = v1.NetworkPolicyIngressRuleArgs(
        from_=[v1.NetworkPolicyPeerArgs(ip_block=v1.IPBlockArgs(cidr=address))],
        ports=[v1.NetworkPolicyPortArgs(port=1, end_port=65535, protocol="TCP")],
    )
    spec = v1.NetworkPolicySpecArgs(pod_selector=_selector("all"), policy_types=["Ingress"], ingress=[rule])
    return Policy(name=ALLOW_PROBES, intent="the node's own kubelet may probe every pod", spec=spec)


def control_plane(doors: Sequence[Door]) -> list[Policy]:
    """Return the policy that lets the proxy in each pod ask the mesh who it is, who others are, and whom it lets in."""
    if not doors:
        return []
    rules = [
        v1.NetworkPolicyEgressRuleArgs(
            to=[
                *([_pods_peer(door.namespace, door.pods)] if door.pods else []),
                *(v1.NetworkPolicyPeerArgs(ip_block=v1.IPBlockArgs(cidr=cidr)) for cidr in door.networks),
            ],
            ports=[v1.NetworkPolicyPortArgs(port=door.port, protocol="TCP")],
        )
        for door in doors
    ]
    spec = v1.NetworkPolicySpecArgs(pod_selector=_not_isolated("all"), policy_types=["Egress"], egress=rules)
    return [Policy(name=ALLOW_MESH, intent="the proxy in each pod may ask the control plane of its mesh", spec=spec)]


def sign_in(doors: Sequence[tuple[str, int]]) -> list[Policy]:
    """Return the policy that lets pods reach what gives them their cloud role: networks and TCP ports.

    A NetworkPolicy can't choose pods by service account. What answers there asks for the pod's own token, so a
    pod without a role gets none by reaching it.
    """
    if not doors:
        return []
    rules = [
        v1.NetworkPolicyEgressRuleArgs(
            to=[v1.NetworkPolicyPeerArgs(ip_block=v1.IPBlockArgs(cidr=cidr))],
            ports=[v1.NetworkPolicyPortArgs(port=port, protocol="TCP")],
        )
        for cidr, port in doors
    ]
    spec = v1.NetworkPolicySpecArgs(pod_selector=_not_isolated("all"), policy_types=["Egress"], egress=rules)
    return [Policy(name=ALLOW_SIGN_IN, intent="pods may take on the cloud role of their service account", spec=spec)]


def _dns_spec(dns: ClusterDns) -> v1.NetworkPolicySpecArgs:
    """Return the egress to the pods of the cluster's DNS.

    No other resolver is open, so names can't be smuggled out to one that a workload picks.
    """
    caches = [_pods_peer(dns.namespace, dns.caches)] if dns.caches else []
    beside = [v1.NetworkPolicyPeerArgs(ip_block=v1.IPBlockArgs(cidr=cidr)) for cidr in dns.networks]
    rule = v1.NetworkPolicyEgressRuleArgs(
        to=[_pods_peer(dns.namespace, dns.pods), *caches, *beside],
        ports=[v1.NetworkPolicyPortArgs(port=dns.port, protocol=protocol) for protocol in ("UDP", "TCP")],
    )
    return v1.NetworkPolicySpecArgs(pod_selector=_not_isolated("all"), policy_types=["Egress"], egress=[rule])


def _ingress(tenant: str, flow: Flow, target: Pods, ports: Sequence[Port]) -> Policy:
    rule = v1.NetworkPolicyIngressRuleArgs(from_=[_peer(tenant, flow.from_)], ports=_ports(ports))
    spec = v1.NetworkPolicySpecArgs(pod_selector=_not_isolated(target.pods), policy_types=["Ingress"], ingress=[rule])
    return Policy(name=_name("from", flow.from_, flow), intent=str(flow), spec=spec)


def _egress(tenant: str, flow: Flow, source: Pods, ports: Sequence[Port]) -> Policy:
    rule = v1.NetworkPolicyEgressRuleArgs(to=[_peer(tenant, flow.to)], ports=_ports(ports))
    spec = v1.NetworkPolicySpecArgs(pod_selector=_not_isolated(source.pods), policy_types=["Egress"], egress=[rule])
    return Policy(name=_name("to", flow.to, flow), intent=str(flow), spec=spec)


def _name(direction: str, peer: Peer, flow: Flow) -> str:
    """Return a name that says the other end and doesn't change when flows are reordered."""
    match peer:
        case Pods():
            other = peer.namespace
        case ForeignPods():
            other = peer.cluster_namespace
        case Network():
            other = "network"
    return f"allow-{direction}-{other}-{short_digest(str(flow))}"


def _peer(tenant: str, peer: Peer) -> v1.NetworkPolicyPeerArgs:
    match peer:
        case Pods():
            return _pods_peer(namespace_name(tenant, peer.namespace), peer.pods)
        case ForeignPods():
            return _pods_peer(peer.cluster_namespace, peer.pods)
        case Network():
            return v1.NetworkPolicyPeerArgs(
                ip_block=v1.IPBlockArgs(cidr=peer.cidr, except_=list(peer.closed()) or None)
            )


def _pods_peer(namespace: str, pods: Mapping[str, str] | Literal["all"]) -> v1.NetworkPolicyPeerArgs:
    return v1.NetworkPolicyPeerArgs(
        namespace_selector=LabelSelectorArgs(match_labels={NAMESPACE_LABEL: namespace}),
        pod_selector=_selector(pods),
    )


def _selector(pods: Mapping[str, str] | Literal["all"]) -> LabelSelectorArgs:
    return LabelSelectorArgs() if isinstance(pods, str) else LabelSelectorArgs(match_labels=pods)


def _not_isolated(pods: Mapping[str, str] | Literal["all"]) -> LabelSelectorArgs:
    """Return the selector of what a policy opens: NetworkPolicies only add, so what is cut off is left out of each."""
    isolated = LabelSelectorRequirementArgs(key=ISOLATED, operator="DoesNotExist")
    labels = None if isinstance(pods, str) else pods
    return LabelSelectorArgs(match_labels=labels, match_expressions=[isolated])


def _ports(ports: Sequence[Port]) -> list[v1.NetworkPolicyPortArgs]:
    return [
        v1.NetworkPolicyPortArgs(port=port.port, end_port=port.end_port, protocol=port.protocol.value) for port in ports
    ]
