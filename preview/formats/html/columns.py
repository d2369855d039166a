"""Boxes in columns, so that most ways lead from left to right and few of them cross."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_MOST = 3
"""Most columns between what leads into the cluster and what leads out of it; more would not fit on a page."""
_SWEEPS = 4


def arranged(boxes: Sequence[str], steps: Sequence[tuple[str, str]], *, first: str, last: str) -> list[list[str]]:
    """Return the columns from left to right; `first` and `last`, where they are boxes, have one each for themselves.

    The inner columns follow the longest path to a box, without the steps that close a circle; where paths are longer
    than there are columns, a column holds several steps.
    """
    inner = [each for each in boxes if each not in (first, last)]
    ahead = _without_circles(inner, [(a, b) for a, b in steps if a in inner and b in inner and a != b])
    depth = _depths(inner, ahead)
    columns = [[each for each in inner if depth[each] == number] for number in range(_MOST)]
    columns = [[each for each in boxes if each == first], *columns, [each for each in boxes if each == last]]
    columns = [column for column in columns if column]
    for _ in range(_SWEEPS):
        _sort(columns, steps)
    return columns


def _without_circles(boxes: Sequence[str], steps: Sequence[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Return where steps lead from each box, without those that lead back to where the search came from."""
    targets: dict[str, dict[str, None]] = {each: {} for each in boxes}
    for source, target in steps:
        targets[source][target] = None
    reached = {target for each in targets.values() for target in each}
    kept: dict[str, list[str]] = {each: [] for each in boxes}
    open_: set[str] = set()
    done: set[str] = set()

    def visit(box: str) -> None:
        open_.add(box)
        for target in targets[box]:
            if target not in open_:
                kept[box].append(target)
                if target not in done:
                    visit(target)
        open_.discard(box)
        done.add(box)

    for box in sorted(boxes, key=lambda each: each in reached):
        if box not in done:
            visit(box)
    return kept


def _depths(boxes: Sequence[str], ahead: Mapping[str, Sequence[str]]) -> Mapping[str, int]:
    depth = dict.fromkeys(boxes, 0)
    for _ in boxes:  # a path is no longer than that
        for box in boxes:
            for target in ahead[box]:
                depth[target] = max(depth[target], depth[box] + 1)
    steps = max(_MOST, max(depth.values(), default=0) + 1)
    return {box: number * _MOST // steps for box, number in depth.items()}


def _sort(columns: Sequence[list[str]], steps: Sequence[tuple[str, str]]) -> None:
    """Move each box to the height of what it is joined with."""
    place = {box: index - len(column) / 2 for column in columns for index, box in enumerate(column)}
    for column in columns:
        column.sort(key=lambda box: _middle(list(_neighbours(box, steps, place)), place[box]))


def _neighbours(box: str, steps: Sequence[tuple[str, str]], place: Mapping[str, float]) -> Iterator[float]:
    for source, target in steps:
        if box in (source, target) and source != target:
            yield place[target if source == box else source]


def _middle(heights: Sequence[float], own: float) -> float:
    return sum(heights) / len(heights) if heights else own
