"""Who can talk to whom, by the NetworkPolicies among recorded resources, and what tenants declare beside it.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Sequence

from policies.model import Resource

from . import doubts, exposures, intents, outside, recorded, representatives
from .matrix import Matrix
from .model import Endpoint, Reachability
from .sides import Sides

__all__ = ["Matrix", "Reachability", "matrix", "of"]


def of(resources: Sequence[Resource], also: Sequence[Endpoint] = ()) -> Reachability:
    """Return who can talk to whom.

    A namespace without workloads is stood for by pods with the labels that policies ask for. A policy that
    depends on an unknown value is left out and named; what it may open or close is a doubt and no surprise. `also`
    are pods of another revision that are looked at as if they were there, as far as their namespace is.
    """
    found = recorded.read(resources)
    declared, unknown_tenants = intents.read(resources)
    representatives.add(found)
    representatives.add_given(found, also)
    whole = Matrix(Sides(found))
    links, beyond = whole.links(), outside.of(whole.sides)
    surprises, unsure = doubts.parted(declared, whole, links, beyond, found.not_known)
    return Reachability(
        endpoints=tuple(found.endpoints),
        links=links,
        outside=beyond,
        surprises=surprises,
        doubts=unsure,
        exposures=exposures.of(resources, whole.sides),
        not_known=tuple(each.key for each in (*found.not_known, *unknown_tenants)),
    )


def matrix(resources: Sequence[Resource]) -> Matrix:
    """Return who can talk to whom for single pairs, over recorded workloads alone."""
    return Matrix(Sides(recorded.read(resources)))
