"""Who can talk to whom in one environment: picture, matrix, lists, and all of it as data to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from policies.model import Resource
from preview.reachability import Reachability, intents
from preview.reachability import report as reachability_report
from preview.reachability.model import Direction, Outside
from preview.reachability.policy import ports_text

from . import picture, ways
from .picture import Picture
from .table import Cell, Column, Table, Toned, several
from .ways import Kind, Network, Pods, Ways
from .words import Tone

_MOST_DATA = 20_000
"""Most numbers of endpoints in the data that answers for a single namespace; beyond, the JSON report answers."""
_WAY = (Column("From", "code"), Column("To", "code"), Column("Ports", "code"))
_SURPRISES = (Column("What"), *_WAY)
_EXPOSED = (Column("Resource", "code"), Column("Kind"), Column("Pods behind it", "code"), Column("State"))


class Pair(NamedTuple):
    """A cell of the matrix: what a namespace reaches in another; no ports and no kind where nothing."""

    ports: str
    kind: Kind | None


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Namespaces by namespaces."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    cells: tuple[tuple[Pair, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What most namespaces reach."""

    name: str
    namespaces: int
    ports: str


@dataclass(frozen=True, kw_only=True)
class NetworkView:
    """Who can talk to whom in one environment."""

    picture: Picture
    matrix: Matrix
    shared: tuple[Shared, ...]
    namespaces: int
    left_out: int
    """Namespaces that picture and matrix don't show."""
    surprises: Table
    doubts: Table
    exposures: Table
    outside: Table
    links: Table
    declared: Table
    not_known: Table
    data: dict[str, Any] | None
    """Endpoints and links by number, for questions about one namespace; None where that is too much for a page."""


def of(found: Reachability, resources: Sequence[Resource], prefix: str) -> NetworkView:
    """Return the view; `prefix` makes the ids of its tables unique in the page."""
    shown = ways.of(found)
    return NetworkView(
        picture=picture.of(shown),
        matrix=_matrix(shown),
        shared=tuple(Shared(name=name, namespaces=count, ports=p) for name, (count, p) in shown.shared.items()),
        namespaces=len({each.namespace for each in found.endpoints}),
        left_out=shown.left_out,
        surprises=Table(
            id=f"{prefix}-surprises",
            caption="Surprises: where policies and declared flows differ",
            columns=_SURPRISES,
            rows=[(Toned(each.difference, Tone.BAD), each.source, each.target, each.ports) for each in found.surprises],
        ),
        doubts=Table(
            id=f"{prefix}-doubts",
            caption="Not known before the update: what may be a surprise",
            columns=_SURPRISES,
            rows=[(Toned(each.difference, Tone.DOUBT), each.source, each.target, each.ports) for each in found.doubts],
        ),
        exposures=Table(
            id=f"{prefix}-exposures",
            caption="What can be reached from outside the cluster",
            columns=_EXPOSED,
            rows=list(_exposures(found)),
        ),
        outside=Table(
            id=f"{prefix}-outside",
            caption="Networks that pods reach, or that reach pods",
            columns=_WAY,
            rows=[_outside(each) for each in found.outside],
            page=10,
        ),
        links=Table(
            id=f"{prefix}-links",
            caption="Everything that is open inside the cluster",
            columns=_WAY,
            rows=[
                (reachability_report.named(each.sources), reachability_report.named(each.targets), str(each.ports))
                for each in found.links
            ],
            page=10,
        ),
        declared=Table(
            id=f"{prefix}-declared",
            caption="What tenants declare, DNS and sign-in among it",
            columns=_WAY,
            rows=[(str(each.source), str(each.target), str(each.ports)) for each in intents.read(resources)[0].flows],
            page=10,
        ),
        not_known=Table(
            id=f"{prefix}-unknown",
            caption="Left out: not known before the update",
            columns=(Column("Resource", "code"),),
            rows=[(each,) for each in found.not_known],
            page=10,
        ),
        data=_data(found),
    )


def _exposures(found: Reachability) -> Iterator[tuple[Cell, ...]]:
    for each in found.exposures:
        state = Toned("held shut by policies", Tone.QUIET) if each.closed else Toned("exposed", Tone.DOUBT)
        behind = reachability_report.named(each.backends) if each.backends else "not named"
        yield (f"{each.namespace}: {each.resource.key}", each.kind, behind, state)


def _outside(each: Outside) -> tuple[Cell, ...]:
    network = ways.ANYWHERE if each.network is None else str(each.network)
    place: Cell = Toned(f"{network}\nnearly everything", Tone.DOUBT) if each.anywhere else network
    pods = reachability_report.named(each.endpoints)
    ends = (pods, place) if each.direction is Direction.EGRESS else (place, pods)
    return (*ends, ports_text(each.ports))


def _matrix(shown: Ways) -> Matrix:
    """Return the namespaces that reach something, by all that is reached."""
    pairs: dict[tuple[str, str], Pair] = {}
    for (source, target), ports in shown.open.items():
        key = (_name(source), _name(target))
        kind = shown.kinds[source, target]
        before = pairs.get(key)
        worse = ways.worse(before.kind, kind) if before and before.kind else kind
        known = before.ports.split(", ") if before else []
        pairs[key] = Pair(several(list(dict.fromkeys([*known, *ports])), 2), worse)
    order = {name: index for index, name in enumerate(shown.namespaces)}
    sources, targets = ({key[end]: None for key in pairs} for end in (0, 1))
    rows, heads = (tuple(sorted(each, key=lambda name: order.get(name, len(order)))) for each in (sources, targets))
    cells = tuple(tuple(pairs.get((row, head), Pair("", None)) for head in heads) for row in rows)
    return Matrix(sources=rows, targets=heads, cells=cells)


def _name(end: Pods | Network) -> str:
    return end.namespace if isinstance(end, Pods) else end.name


def _data(found: Reachability) -> dict[str, Any] | None:
    number = {each: index for index, each in enumerate(found.endpoints)}
    if sum(len(each.sources) + len(each.targets) for each in found.links) > _MOST_DATA:
        return None
    return {
        "endpoints": [(each.namespace, each.name) for each in found.endpoints],
        "links": [
            ([number[each] for each in link.sources], [number[each] for each in link.targets], str(link.ports))
            for link in found.links
        ],
    }
