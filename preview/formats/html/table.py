"""Tables of a page: the first rows stand in the page, the others wait beside it as data for its script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .words import Tone

MOST = 500
"""Most rows of one table; the JSON report has them all."""


class Toned(NamedTuple):
    """A cell that says how good what it says is; the words say it, the tone repeats it."""

    text: str
    tone: Tone


Cell = str | Toned


class Column(NamedTuple):
    """One column."""

    title: str
    kind: str = "words"
    """`words`, `code` for names and ports, `short` for what stays on its lines."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a row a thing; a row has a cell for each column, and the first cell names the row."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    page: int = 20
    """Rows that are shown at once."""
    beyond: int = 0
    """Rows that were not even made, as there are more than `MOST`."""

    @property
    def shown(self) -> Sequence[tuple[Cell, ...]]:
        """Rows that stand in the page, also where no script runs."""
        return self.rows[: self.page]

    @property
    def data(self) -> Sequence[tuple[Cell, ...]]:
        """Every row, for the script; none where all of them stand in the page."""
        return self.rows[:MOST] if len(self.rows) > self.page else ()

    @property
    def total(self) -> int:
        """How many rows there are."""
        return len(self.rows) + self.beyond

    @property
    def left_out(self) -> int:
        """How many rows are nowhere in the page."""
        return self.total - len(self.rows[:MOST])


def several(names: Sequence[str], most: int = 3) -> str:
    """Return the first few names and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
