"""Lists that an environment sets and workload controls read, such as the allowed registries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from components import data_file

FILE = Path(__file__).parent / "controls" / "workload.yaml"

_DECLARED = cast("dict[str, Any]", data_file.read(FILE))
VARIABLES: Mapping[str, str] = _DECLARED["variables"]
"""CEL variables that every expression may use, in order: each may use those before it."""
MEANINGS: Mapping[str, str] = {name: entry["meaning"] for name, entry in _DECLARED["parameters"].items()}
"""Every parameter with its meaning."""


@dataclass(frozen=True)
class Parameters:
    """A value for each parameter, as the data of a ConfigMap: names to texts, the items joined by commas."""

    data: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[str]] | None = None) -> "Parameters":
        """Return the parameters with these lists, and the defaults of policies/controls/workload.yaml for the others.

        Raises `ValueError` for a name that is no parameter and for an item with a comma.
        """
        given = dict(lists or {})
        if unknown := sorted(set(given) - set(MEANINGS)):
            raise ValueError(f"{', '.join(unknown)}: no such parameter; there are {', '.join(MEANINGS)}")
        for name, items in given.items():
            if any("," in item for item in items):
                raise ValueError(f"{name}: an item holds a comma; give each item by itself")
        defaults = {name: entry["default"] for name, entry in _DECLARED["parameters"].items()}
        return cls(tuple((name, ",".join(items)) for name, items in {**defaults, **given}.items()))
