"""What the policies say of each endpoint in each direction, without looking at pairs yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .addresses import IpBlock
from .model import Endpoint
from .policy import EVERY_PORT, NO_PORT, Peer, Policy, PortSet, Rule
from .recorded import Recorded
from .selectors import NAMESPACE_LABEL, Selector


@dataclass(slots=True)
class Side:
    """What one direction of an endpoint opens: to everyone in short form, to others one by one.

    The short forms keep a thousand open namespaces from becoming a million pairs.
    """

    isolated: bool = False
    """Whether any policy is about this direction; if none is, everything is open."""
    everyone: PortSet = NO_PORT
    every_pod: PortSet = NO_PORT
    """Open to all pods of all namespaces."""
    unaddressed: PortSet = NO_PORT
    """Open to pods of unknown address, by an ipBlock that holds a usual pod network."""
    some: dict[int, PortSet] = field(default_factory=dict[int, PortSet])
    """Open to the endpoints with these numbers."""
    blocks: dict[IpBlock, PortSet] = field(default_factory=dict[IpBlock, PortSet])
    """Open to these networks."""

    def common(self, other: Endpoint) -> PortSet:
        """Return what is open to an endpoint by the short forms."""
        ports = self.everyone
        if not other.host_network:
            ports |= self.every_pod
        return ports if other.addresses else ports | self.unaddressed


class Sides:
    """Both directions of every endpoint."""

    def __init__(self, found: Recorded) -> None:
        self.endpoints: Sequence[Endpoint] = found.endpoints
        self.ingress = [Side() for _ in found.endpoints]
        self.egress = [Side() for _ in found.endpoints]
        self._namespaces = found.namespaces
        self._by_namespace: dict[str, list[int]] = {}
        # They are in no group of what is open to every pod, as their own policies are not known.
        self._beyond = [index for index, each in enumerate(found.endpoints) if not each.recorded]
        self._addressed = [index for index, each in enumerate(found.endpoints) if each.addresses]
        self._peers: dict[tuple[str | None, Selector | None, Selector], list[int]] = {}
        self._blocks: dict[IpBlock, list[int]] = {}
        for index, endpoint in enumerate(found.endpoints):
            self._by_namespace.setdefault(endpoint.namespace, []).append(index)
        for policy in found.policies:
            self._apply(policy)
        for side in (*self.ingress, *self.egress):
            if not side.isolated:
                side.everyone = EVERY_PORT

    def _apply(self, policy: Policy) -> None:
        for index in self._pods(policy.namespace, policy.pods):
            for rules, side in ((policy.ingress, self.ingress[index]), (policy.egress, self.egress[index])):
                if rules is not None:
                    side.isolated = True
                    for rule in rules:
                        self._open(side, rule, policy.namespace)

    def _open(self, side: Side, rule: Rule, namespace: str) -> None:
        if not rule.peers:
            side.everyone |= rule.ports
        for peer in rule.peers:
            if peer.block is not None:
                self._open_block(side, peer.block, rule.ports)
            elif peer.namespaces is not None and peer.namespaces.empty and peer.pods.empty:
                side.every_pod |= rule.ports
                _add(side.some, self._beyond, rule.ports)
            else:
                _add(side.some, self._selected(peer, namespace), rule.ports)

    def _open_block(self, side: Side, block: IpBlock, ports: PortSet) -> None:
        side.blocks[block] = side.blocks.get(block, NO_PORT) | ports
        if block.may_hold_pods:
            side.unaddressed |= ports
        if block not in self._blocks:
            self._blocks[block] = [
                index for index in self._addressed if any(map(block.has, self.endpoints[index].addresses))
            ]
        _add(side.some, self._blocks[block], ports)

    def _selected(self, peer: Peer, namespace: str) -> list[int]:
        key = (namespace if peer.namespaces is None else None, peer.namespaces, peer.pods)
        if key not in self._peers:
            names = [namespace] if peer.namespaces is None else self._matching(peer.namespaces)
            self._peers[key] = [index for name in names for index in self._pods(name, peer.pods)]
        return self._peers[key]

    def _matching(self, selector: Selector) -> list[str]:
        name = selector.match_labels.get(NAMESPACE_LABEL)
        names = self._namespaces if name is None else [name] if name in self._namespaces else []
        return [each for each in names if selector.matches(self._namespaces[each])]

    def _pods(self, namespace: str, selector: Selector) -> list[int]:
        """Return the endpoints that a pod selector finds; pods on the host network are none to it."""
        return [
            index
            for index in self._by_namespace.get(namespace, ())
            if not self.endpoints[index].host_network and selector.matches(dict(self.endpoints[index].labels))
        ]


def _add(some: dict[int, PortSet], indexes: Iterable[int], ports: PortSet) -> None:
    for index in indexes:
        some[index] = some.get(index, NO_PORT) | ports
