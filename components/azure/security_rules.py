"""Rules of network security groups: what may leave the nodes, and what reaches them from inside the cluster."""

from collections.abc import Iterator, Sequence

from pulumi_azure_native import network

from .addresses import Plan
from .network_model import AksOwnNetwork, Egress

_ALL = "*"
_LAST = 4096
"""The priority that decides when no other rule does; Azure's own rules come after it."""


def of_nodes(args: AksOwnNetwork, plan: Plan) -> list[network.SecurityRuleArgs]:
    """Return the rules of the nodes' subnet.

    Pods keep their addresses between nodes, and their range is none of the network's, so both ways are opened by
    range: https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay. Nothing else goes to the internet
    but by the ports that are named, and to a firewall, which decides by names. What comes from the internet, Azure
    denies where no rule allows it.
    """
    return list(_of_nodes(args, plan))


def _of_nodes(args: AksOwnNetwork, plan: Plan) -> Iterator[network.SecurityRuleArgs]:
    cluster = [plan.nodes, args.pod_cidr]
    yield _rule("cluster-in", "Inbound", 100, sources=[*cluster, plan.control_plane], destinations=cluster)
    yield _rule(
        "cluster-out",
        "Outbound",
        100,
        sources=cluster,
        destinations=[*cluster, plan.control_plane, plan.endpoints],
    )
    if args.egress is Egress.NAT_GATEWAY:
        yield _to_internet("internet-out", 200, "Allow", "Tcp", [str(port) for port in args.egress_ports])
    if args.egress is Egress.FIREWALL:
        yield _to_internet("firewall-out", 200, "Allow", _ALL, [_ALL])
    yield _to_internet("nothing-else-out", _LAST, "Deny", _ALL, [_ALL])


def _rule(
    name: str, direction: str, priority: int, *, sources: Sequence[str], destinations: Sequence[str]
) -> network.SecurityRuleArgs:
    return network.SecurityRuleArgs(
        name=name,
        direction=direction,
        priority=priority,
        access="Allow",
        protocol=_ALL,
        source_address_prefixes=list(sources),
        source_port_range=_ALL,
        destination_address_prefixes=list(destinations),
        destination_port_range=_ALL,
    )


def _to_internet(
    name: str, priority: int, access: str, protocol: str, ports: Sequence[str]
) -> network.SecurityRuleArgs:
    return network.SecurityRuleArgs(
        name=name,
        direction="Outbound",
        priority=priority,
        access=access,
        protocol=protocol,
        source_address_prefix=_ALL,
        source_port_range=_ALL,
        destination_address_prefix="Internet",
        destination_port_ranges=list(ports),
    )
