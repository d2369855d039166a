"""What is certain about the ways of tenants, and what can't be said before something is known.

Policies only add up. So an unknown one may open anything to the pods of its namespace, and may close what no known
policy is about in its direction; what a known policy opens stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from policies.model import Resource
from policies.values import UNKNOWN
from preview.objects import as_mapping, is_known, namespace_of, plain

from . import surprises
from .intents import End, Intents
from .matrix import Matrix
from .model import Difference, Direction, Endpoint, Link, Outside, Surprise

_DOUBTS = {
    Difference.NOT_DECLARED: Difference.MAY_BE_OPEN,
    Difference.NOT_OPEN: Difference.MAY_BE_CLOSED,
    Difference.NO_POD: Difference.MAY_HAVE_NO_POD,
}
_PORTS = "not known yet"
_TYPES = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}
_Parted = tuple[tuple[Surprise, ...], tuple[Surprise, ...]]


class _Everywhere:
    """Every namespace: something is in one that is not known itself."""

    def __contains__(self, _namespace: object) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class _NotKnown:
    """Namespaces of which something is not known."""

    policies: Container[str]
    labels: Container[str]
    """Their own labels, by which policies select them."""
    workloads: Container[str]


def parted(
    intents: Intents,
    matrix: Matrix,
    links: Sequence[Link],
    outside: Sequence[Outside],
    not_known: Sequence[Resource],
) -> _Parted:
    """Return the differences that are certain, and those that there may be."""
    missing = list(surprises.not_open(intents, matrix))
    if not not_known:
        return tuple(dict.fromkeys((*missing, *surprises.not_declared(intents, links, outside)))), ()
    unsure = _NotKnown(
        policies=_namespaces(not_known, "NetworkPolicy"),
        labels=_namespaces(not_known, "Namespace"),
        workloads=_namespaces(not_known),
    )
    closable = _closable(matrix, unsure)
    sure_links, unsure_links = _parted_links(links, closable)
    sure_outside, unsure_outside = _parted_outside(outside, closable)
    certain = [
        *(each for each in missing if not _may_be_open(each, unsure)),
        *surprises.not_declared(intents, sure_links, sure_outside),
    ]
    doubts = [
        *_by_unknown_policies(intents, not_known),
        *(_doubt(each) for each in missing if _may_be_open(each, unsure)),
        *map(_doubt, surprises.not_declared(intents, unsure_links, unsure_outside)),
    ]
    return tuple(dict.fromkeys(certain)), tuple(dict.fromkeys(doubts))


def _namespaces(not_known: Iterable[Resource], kind: str | None = None) -> Container[str]:
    """Return the namespaces of the resources of a kind; without one, of the workloads."""
    names: set[str] = set()
    for each in not_known:
        own = each.type.rsplit(":", 1)[-1]
        if own == kind == "Namespace":
            names.add(str(plain(each, "metadata").get("name", each.name)))
        elif own == kind or (kind is None and own not in ("NetworkPolicy", "Namespace")):
            if plain(each, "metadata").get("namespace") is UNKNOWN:
                return _Everywhere()
            names.add(namespace_of(each))
    return names


def _closable(matrix: Matrix, unsure: _NotKnown) -> Callable[[Endpoint, Direction], bool]:
    """Return what tells whether something unknown may close a direction of pods that is open."""
    sides = matrix.sides
    isolated = {
        (endpoint, direction)
        for direction, found in ((Direction.INGRESS, sides.ingress), (Direction.EGRESS, sides.egress))
        for endpoint, side in zip(sides.endpoints, found, strict=True)
        if side.isolated or endpoint.host_network
    }

    def answer(endpoint: Endpoint, direction: Direction) -> bool:
        namespace = endpoint.namespace
        return namespace in unsure.labels or (namespace in unsure.policies and (endpoint, direction) not in isolated)

    return answer


def _parted_links(
    links: Sequence[Link], closable: Callable[[Endpoint, Direction], bool]
) -> tuple[list[Link], list[Link]]:
    sure: list[Link] = []
    unsure: list[Link] = []
    for link in links:
        from_sure, from_unsure = _split(link.sources, lambda each: closable(each, Direction.EGRESS))
        to_sure, to_unsure = _split(link.targets, lambda each: closable(each, Direction.INGRESS))
        for found, sources, targets in (
            (sure, from_sure, to_sure),
            (unsure, from_unsure, link.targets),
            (unsure, from_sure, to_unsure),
        ):
            if sources and targets:
                found.append(replace(link, sources=sources, targets=targets))
    return sure, unsure


def _parted_outside(
    outside: Sequence[Outside], closable: Callable[[Endpoint, Direction], bool]
) -> tuple[list[Outside], list[Outside]]:
    sure: list[Outside] = []
    unsure: list[Outside] = []
    for each in outside:
        parts = _split(each.endpoints, lambda endpoint, way=each.direction: closable(endpoint, way))
        for found, endpoints in zip((sure, unsure), parts, strict=True):
            if endpoints:
                found.append(replace(each, endpoints=endpoints))
    return sure, unsure


def _split(
    endpoints: Sequence[Endpoint], unsure: Callable[[Endpoint], bool]
) -> tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]:
    return tuple(each for each in endpoints if not unsure(each)), tuple(filter(unsure, endpoints))


def _may_be_open(missing: Surprise, unsure: _NotKnown) -> bool:
    """Return whether what is declared and not open may be open, or have its pods, by something unknown."""
    namespaces = (*missing.source_namespaces, *missing.target_namespaces)
    if missing.difference is Difference.NO_POD:
        return any(each in unsure.workloads for each in namespaces)
    return any(each in unsure.policies or each in unsure.labels for each in namespaces)


def _doubt(surprise: Surprise) -> Surprise:
    return replace(surprise, difference=_DOUBTS[surprise.difference])


def _by_unknown_policies(intents: Intents, not_known: Iterable[Resource]) -> Iterator[Surprise]:
    """Yield what each unknown policy may open to the pods of a tenant, in the directions that it may be about."""
    for policy in not_known:
        if not policy.type.endswith(":NetworkPolicy"):
            continue
        namespace = namespace_of(policy)
        if plain(policy, "metadata").get("namespace") is UNKNOWN:
            pods, names = "a namespace that is not known yet", tuple(sorted(intents.namespaces))
        elif namespace in intents.namespaces:
            pods, names = str(End(namespace)), (namespace,)
        else:
            continue
        for direction in _directions(policy) if names else ():
            out = direction is Direction.EGRESS
            yield Surprise(
                difference=Difference.MAY_BE_OPEN,
                source=pods if out else "anywhere",
                target="anywhere" if out else pods,
                ports=_PORTS,
                source_namespaces=names if out else (),
                target_namespaces=() if out else names,
            )


def _directions(policy: Resource) -> Iterator[Direction]:
    """Yield the directions in which a policy may open anything."""
    spec = policy.props.plain.get("spec")
    types = as_mapping(spec).get("policyTypes")
    for direction, word in _TYPES.items():
        rules = as_mapping(spec).get(direction)
        about = not is_known(types) or not types or word in types
        if spec is UNKNOWN or (about and (rules is UNKNOWN or rules)):
            yield direction
