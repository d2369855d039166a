"""NetworkPolicies as values.

Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.values import entries

from .addresses import IpBlock
from .ports import FIRST, LAST, PROTOCOLS, Ports, Range
from .selectors import Selector

NamedPorts = tuple[tuple[str, str, int], ...]
"""Name, protocol and number of each container port that has a name."""


@dataclass(frozen=True)
class Port:
    """One entry of `ports`: a protocol with a range of numbers, or with a name that each target resolves."""

    protocol: str
    first: int = FIRST
    last: int = LAST
    name: str | None = None

    def at(self, named: NamedPorts) -> list[Range]:
        """Return the ranges at a target; a name that no container port of it carries means none."""
        if self.name is None:
            return [(self.protocol, self.first, self.last)]
        return [
            (protocol, number, number)
            for name, protocol, number in named
            if (name, protocol) == (self.name, self.protocol)
        ]

    def __str__(self) -> str:
        """Return `TCP/80`, or `TCP/http` for a named port."""
        if self.name is not None:
            return f"{self.protocol}/{self.name}"
        return str(Ports.of([(self.protocol, self.first, self.last)]))


PortSet = frozenset[Port]
EVERY_PORT: PortSet = frozenset(Port(protocol) for protocol in PROTOCOLS)
NO_PORT: PortSet = frozenset()


def resolved(ports: PortSet, named: NamedPorts = ()) -> Ports:
    """Return the ports as a target with these named ports sees them."""
    return Ports.of(range_ for port in ports for range_ in port.at(named))


def ports_text(ports: PortSet) -> str:
    """Return the ports as policies write them; names stay names."""
    named = sorted(str(each) for each in ports if each.name is not None)
    numbered = Ports.of((each.protocol, each.first, each.last) for each in ports if each.name is None)
    return ", ".join([*([str(numbered)] if numbered else []), *named])


@dataclass(frozen=True)
class Peer:
    """One entry of `from` or `to`."""

    block: IpBlock | None
    namespaces: Selector | None
    """None means the policy's own namespace."""
    pods: Selector


@dataclass(frozen=True)
class Rule:
    """One rule of a policy."""

    peers: tuple[Peer, ...]
    """None at all means everyone, inside the cluster and outside."""
    ports: PortSet


@dataclass(frozen=True)
class Policy:
    """A NetworkPolicy."""

    key: str
    namespace: str
    pods: Selector
    """Pods of the namespace that it is about; an empty selector means all."""
    ingress: tuple[Rule, ...] | None
    """None where the policy says nothing of this direction; no rule means that nothing is open."""
    egress: tuple[Rule, ...] | None

    @classmethod
    def of(cls, key: str, namespace: str, spec: Mapping[str, Any]) -> Policy:
        """Return the policy of a plain `spec`.

        Absent and empty policyTypes mean Ingress, and Egress where there are egress rules.
        """
        types = entries(spec.get("policyTypes")) or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
        return cls(
            key,
            namespace,
            Selector.of(spec.get("podSelector") or {}),
            _rules(spec.get("ingress"), "from") if "Ingress" in types else None,
            _rules(spec.get("egress"), "to") if "Egress" in types else None,
        )


def _rules(rules: Sequence[Mapping[str, Any]] | None, peers: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            peers=tuple(_peer(each) for each in entries(rule.get(peers))),
            ports=_ports(entries(rule.get("ports"))),
        )
        for rule in entries(rules)
    )


def _peer(peer: Mapping[str, Any]) -> Peer:
    block, namespaces = peer.get("ipBlock"), peer.get("namespaceSelector")
    return Peer(
        block=IpBlock(block["cidr"], tuple(entries(block.get("except")))) if block else None,
        namespaces=None if namespaces is None else Selector.of(namespaces),
        pods=Selector.of(peer.get("podSelector") or {}),
    )


def _ports(ports: Sequence[Mapping[str, Any]]) -> PortSet:
    return frozenset(_port(each) for each in ports) if ports else EVERY_PORT


def _port(port: Mapping[str, Any]) -> Port:
    protocol, number = port.get("protocol") or "TCP", port.get("port")
    if number is None:
        return Port(protocol)
    # A manifest may write the number as a string; a name holds at least one letter.
    if isinstance(number, str) and not number.isdecimal():
        return Port(protocol, name=number)
    return Port(protocol, int(number), int(port.get("endPort") or number))
