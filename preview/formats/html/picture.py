"""The picture of who can talk to whom: boxes for namespaces in columns, and curves from left to right."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from . import columns
from .table import several
from .ways import ANYWHERE, End, Kind, Network, Pods, Ways

WIDTH, _GAP, _MARGIN = 212, 84, 16
"""Of a box, between two columns, and around everything; in units that are pixels where the page is wide enough."""
_HEAD, _ROW, _BELOW = 34, 40, 8
"""Heights in a box: its title, each row, and what is left free under the last."""
_BETWEEN = 22
"""Between the boxes of a column."""
_MOST_ROWS = 6
_MOST_CURVES = 60
_LONGEST = 26
"""Characters that fit into a row."""
_IN, _OUT = "into the cluster", "out of the cluster"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a box: pods or a network, and on which ports it is reached."""

    y: float
    name: str
    short: str
    ports: str
    open_to_all: bool


@dataclass(frozen=True, kw_only=True)
class Box:
    """A namespace, or what lies outside the cluster."""

    x: float
    y: float
    width: float
    height: float
    name: str
    short: str
    outside: bool
    ports: str
    rows: tuple[Row, ...]


class Curve(NamedTuple):
    """A way, as the path of a line, and the middle of it for its sign."""

    path: str
    x: float
    y: float
    kind: Kind
    told: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is drawn."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    quiet: tuple[str, ...]
    """Namespaces without any way that is drawn."""


def of(ways: Ways) -> Picture:
    """Return the picture of the ways. Where single pods would need too many curves, whole namespaces have them."""
    drawn = {ends: list(ports) for ends, ports in ways.open.items()}
    if len(drawn) > _MOST_CURVES:
        ways = _coarse(ways)
        drawn = {ends: list(ports) for ends, ports in ways.open.items()}
    return _Drawing(ways, drawn).picture()


def _coarse(ways: Ways) -> Ways:
    """Return the ways between whole namespaces."""
    coarse = Ways(namespaces=ways.namespaces, left_out=ways.left_out, shared=ways.shared)
    for (source, target), ports in ways.open.items():
        for each in ports:
            coarse.add(_whole(source), _whole(target), each, ways.kinds[source, target])
    return coarse


def _whole(end: End) -> End:
    return Pods(end.namespace) if isinstance(end, Pods) else end


def _box_of(end: End) -> str:
    if isinstance(end, Pods):
        return f"namespace {end.namespace}"
    return _IN if end.inbound else _OUT


class _Drawing:
    def __init__(self, ways: Ways, drawn: Mapping[tuple[End, End], Sequence[str]]) -> None:
        self._ways = ways
        self._drawn = drawn
        self._rows: dict[str, dict[str, None]] = {}
        for ends in drawn:
            for end in ends:
                name = end.pods if isinstance(end, Pods) else end.name
                self._rows.setdefault(_box_of(end), {}).update({name: None} if name else {})
        steps = [(_box_of(source), _box_of(target)) for (source, target) in drawn if self._is_open(source, target)]
        self._columns = columns.arranged(list(self._rows), steps, first=_IN, last=_OUT)
        self._boxes: dict[str, Box] = {}

    def _is_open(self, source: End, target: End) -> bool:
        return self._ways.kinds[source, target] is not Kind.MISSING

    def picture(self) -> Picture:
        heights = {name: self._height(name) for name in self._rows}
        totals = [sum(heights[name] + _BETWEEN for name in column) - _BETWEEN for column in self._columns]
        tallest = max(totals, default=0)
        for number, column in enumerate(self._columns):
            y = _MARGIN + (tallest - totals[number]) / 2
            for name in column:
                self._boxes[name] = self._box(name, _MARGIN + number * (WIDTH + _GAP), y, heights[name])
                y += heights[name] + _BETWEEN
        inside = {name for name in self._ways.namespaces if f"namespace {name}" not in self._rows}
        return Picture(
            width=2 * _MARGIN + len(self._columns) * (WIDTH + _GAP) - _GAP + self._room_for_loops(),
            height=2 * _MARGIN + tallest,
            boxes=tuple(self._boxes.values()),
            curves=tuple(self._curves()),
            quiet=tuple(name for name in self._ways.namespaces if name in inside),
        )

    def _room_for_loops(self) -> float:
        """Return what curves that turn back need on the right of the last column."""
        last = set(self._columns[-1]) if self._columns else set[str]()
        return _GAP / 2 if any(_box_of(source) in last for source, _ in self._drawn) else 0

    def _height(self, name: str) -> float:
        rows = len(self._rows[name])
        return _HEAD + min(rows, _MOST_ROWS) * _ROW + (_ROW / 2 if rows > _MOST_ROWS else 0) + (_BELOW if rows else 0)

    def _box(self, name: str, x: float, y: float, height: float) -> Box:
        shown = list(self._rows[name])[:_MOST_ROWS]
        title = name.removeprefix("namespace ")
        outside = name in (_IN, _OUT)
        rows = [
            Row(
                y=y + _HEAD + index * _ROW + _ROW / 2,
                name=each,
                short=_short(each),
                ports=_short(self._reached(name, each), 34),
                open_to_all=outside and each == ANYWHERE,
            )
            for index, each in enumerate(shown)
        ]
        if left := len(self._rows[name]) - len(shown):
            more = f"and {left} more"
            below = y + _HEAD + len(shown) * _ROW + _ROW / 4
            rows.append(Row(y=below, name=more, short=more, ports="", open_to_all=False))
        return Box(
            x=x,
            y=y,
            width=WIDTH,
            height=height,
            name=title,
            short=_short(title, 24),
            outside=outside,
            ports=_short(self._reached(name, None), 34),
            rows=tuple(rows),
        )

    def _reached(self, box: str, row: str | None) -> str:
        """Return on which ports a row, or a box as a whole, is reached by the ways that are drawn."""
        found = {
            port: None
            for (_, target), ports in self._drawn.items()
            if _box_of(target) == box and (target.pods if isinstance(target, Pods) else target.name) == row
            for port in ports
        }
        return several(list(found), 2)

    def _curves(self) -> Iterator[Curve]:
        for (source, target), ports in self._drawn.items():
            start, end = self._boxes[_box_of(source)], self._boxes[_box_of(target)]
            y1, y2 = _level(start, source), _level(end, target)
            kind = self._ways.kinds[source, target]
            told = f"{_told(source)} to {_told(target)} on {', '.join(ports)}"
            x1, x2 = start.x + WIDTH, end.x
            if x2 > x1:
                points = [(x1, y1), *self._around(x1, y1, x2, y2), (x2, y2)]
                (ax, ay), (bx, by) = points[0], points[1]
                yield Curve(_path(points), (ax + bx) / 2, (ay + by) / 2, kind, told)
            else:  # it turns back, or stays in its column: a loop on the right
                x2 = end.x + WIDTH
                out = max(x1, x2) + _GAP * 0.55
                y2 += 6 if y1 == y2 else 0
                path = f"M{x1:g} {y1:g}C{out:g} {y1:g} {out:g} {y2:g} {x2:g} {y2:g}"
                yield Curve(path, (max(x1, x2) + 3 * out) / 4, (y1 + y2) / 2, kind, told)

    def _around(self, x1: float, y1: float, x2: float, y2: float) -> Iterator[tuple[float, float]]:
        """Yield where a way passes the columns between its ends: between their boxes, never behind one."""
        for column in self._columns:
            boxes = [self._boxes[name] for name in column]
            x = boxes[0].x
            if x1 < x < x2:
                y = y1 + (y2 - y1) * (x + WIDTH / 2 - x1) / (x2 - x1)
                for box in boxes:
                    above, below = box.y - _BETWEEN / 2, box.y + box.height + _BETWEEN / 2
                    if above < y < below:
                        y = above if y - above < below - y else below
                yield x, y
                yield x + WIDTH, y


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Return a line through the points that is level at each of them."""
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        half = (x2 - x1) / 2
        parts.append(f"C{x1 + half:g} {y1:g} {x2 - half:g} {y2:g} {x2:g} {y2:g}")
    return "".join(parts)


def _level(box: Box, end: End) -> float:
    name = end.pods if isinstance(end, Pods) else end.name
    if name is None:
        return box.y + _HEAD / 2
    return next((row.y for row in box.rows if row.name == name), box.y + box.height - _ROW / 4)


def _told(end: End) -> str:
    if isinstance(end, Network):
        return end.name
    return f"{end.namespace}/{end.pods}" if end.pods else f"all pods of {end.namespace}"


def _short(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
