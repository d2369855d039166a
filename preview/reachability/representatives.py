"""Pods that nobody recorded: of empty namespaces, and of namespaces that only policies name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .model import Endpoint
from .policy import Policy
from .recorded import Recorded
from .selectors import NAMESPACE_LABEL, Selector


def add(found: Recorded) -> None:
    """Add an endpoint for every kind of pod that policies tell apart where no workload is recorded.

    An empty namespace gets pods without labels beside those that a selector asks for.
    """
    peopled = {each.namespace for each in found.endpoints}
    asked: dict[str, dict[Selector, None]] = {name: {} for name in found.declared - peopled}
    outside: dict[str, dict[Selector, None]] = {}
    for policy in found.policies:
        if policy.namespace in asked:
            asked[policy.namespace][policy.pods] = None
        for namespace, pods in _named_peers(policy):
            if namespace in asked:
                asked[namespace][pods] = None
            elif namespace not in found.declared and namespace not in peopled:
                outside.setdefault(namespace, {})[pods] = None
    for name in sorted(asked):
        for selector in _distinct([Selector.of({}), *asked[name]]):
            found.endpoints.append(_endpoint(name, selector, recorded=True))
    for name in sorted(outside):
        found.namespaces.setdefault(name, {NAMESPACE_LABEL: name})
        for selector in _distinct(outside[name]):
            found.endpoints.append(_endpoint(name, selector, recorded=False))


def add_given(found: Recorded, given: Sequence[Endpoint]) -> None:
    """Add endpoints that somebody else knows; one whose namespace is recorded there alone, or here alone, is none."""
    known = {str(each) for each in found.endpoints}
    for each in given:
        if str(each) not in known and each.recorded is (each.namespace in found.declared):
            found.namespaces.setdefault(each.namespace, {NAMESPACE_LABEL: each.namespace})
            found.endpoints.append(each)


def _named_peers(policy: Policy) -> Iterator[tuple[str, Selector]]:
    """Yield the pods of each namespace that the policy names as a peer, not by other labels."""
    for rule in (*(policy.ingress or ()), *(policy.egress or ())):
        for peer in rule.peers:
            if peer.block is None:
                name = (
                    policy.namespace if peer.namespaces is None else peer.namespaces.match_labels.get(NAMESPACE_LABEL)
                )
                if name:
                    yield name, peer.pods


def _distinct(selectors: list[Selector] | dict[Selector, None]) -> list[Selector]:
    return sorted({each.example(): each for each in selectors}.values(), key=lambda each: each.example())


def _endpoint(namespace: str, pods: Selector, *, recorded: bool) -> Endpoint:
    labels = pods.example()
    text = ",".join(f"{key}={value}" for key, value in labels)
    return Endpoint(namespace=namespace, name=f"pods {text}" if text else "any pod", labels=labels, recorded=recorded)
