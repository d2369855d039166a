"""Pods that nobody recorded: of empty namespaces, and of namespaces that only policies name or select."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from .model import Endpoint
from .recorded import Recorded
from .selectors import NAMESPACE_LABEL, Selector

_ANY_OTHER = "any other namespace"


def add(found: Recorded) -> None:
    """Add an endpoint for every kind of pod that policies tell apart where no workload is recorded.

    An empty namespace gets pods without labels beside those that a selector asks for. Namespaces of the cluster that
    are not recorded are stood for by one with the labels that no recorded one has, and by any other where all may.
    """
    peopled = {each.namespace for each in found.endpoints}
    asked: dict[str, dict[Selector, None]] = {name: {} for name in found.declared - peopled}
    outside: dict[str, dict[Selector, None]] = {}
    labels: dict[str, Mapping[str, str]] = {}
    for policy in found.policies:
        if policy.namespace in asked:
            asked[policy.namespace][policy.pods] = None
    for namespace, its_labels, pods in _peers(found):
        if namespace in asked:
            asked[namespace][pods] = None
        elif namespace not in found.declared and namespace not in peopled:
            outside.setdefault(namespace, {})[pods] = None
            labels.setdefault(namespace, its_labels)
    for name in sorted(asked):
        for selector in _distinct([Selector.of({}), *asked[name]]):
            found.endpoints.append(_endpoint(name, selector, recorded=True))
    for name in sorted(outside):
        found.namespaces.setdefault(name, labels[name])
        for selector in _distinct(outside[name]):
            found.endpoints.append(_endpoint(name, selector, recorded=False))


def add_given(found: Recorded, given: Sequence[Endpoint]) -> None:
    """Add endpoints that somebody else knows; one whose namespace is recorded there alone, or here alone, is none."""
    known = {str(each) for each in found.endpoints}
    for each in given:
        if str(each) not in known and each.recorded is (each.namespace in found.declared):
            found.namespaces.setdefault(each.namespace, {NAMESPACE_LABEL: each.namespace})
            found.endpoints.append(each)


def _peers(found: Recorded) -> Iterator[tuple[str, Mapping[str, str], Selector]]:
    """Yield the namespaces that policies name or mean as peers, with their labels, and which of their pods."""
    beyond = functools.cache(functools.partial(_beyond, list(found.namespaces.values())))
    for policy in found.policies:
        for peer in (each for rule in (*(policy.ingress or ()), *(policy.egress or ())) for each in rule.peers):
            if peer.block is None:
                own = {policy.namespace: {NAMESPACE_LABEL: policy.namespace}}
                meant = own if peer.namespaces is None else beyond(peer.namespaces)
                yield from ((name, labels, peer.pods) for name, labels in meant.items())


def _beyond(known: Sequence[Mapping[str, str]], selector: Selector) -> Mapping[str, Mapping[str, str]]:
    """Return the namespaces that a selector names, else what stands for those that it may find beyond the known ones.

    One that finds a known namespace by its labels is taken to mean that.
    """
    example = dict(selector.example())
    if selector.names:
        return {name: {**example, NAMESPACE_LABEL: name} for name in selector.names}
    if not selector.matches(example) or (example and any(map(selector.matches, known))):
        return {}
    text = ",".join(f"{key}={value}" for key, value in example.items())
    return {f"namespaces {text}" if text else _ANY_OTHER: example}


def _distinct(selectors: list[Selector] | dict[Selector, None]) -> list[Selector]:
    return sorted({each.example(): each for each in selectors}.values(), key=lambda each: each.example())


def _endpoint(namespace: str, pods: Selector, *, recorded: bool) -> Endpoint:
    labels = pods.example()
    text = ",".join(f"{key}={value}" for key, value in labels)
    return Endpoint(namespace=namespace, name=f"pods {text}" if text else "any pod", labels=labels, recorded=recorded)
