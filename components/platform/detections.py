"""The reviewed rules of runtime detection, as data: those on system calls, and those on the API server's audit log."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import yaml

from .. import yaml_file

SYSTEM_CALLS = Path(__file__).with_name("falco_rules.yaml")
AUDIT_LOG = Path(__file__).with_name("audit_detections.yaml")
BREAK_GLASS_GROUPS = "break_glass_groups"
"""The list that names who has emergency access."""


@functools.cache
def read(file: Path) -> tuple[dict[str, Any], ...]:
    """Return the entries of a file of rules: versions, macros, lists and rules."""
    return tuple(cast("list[dict[str, Any]]", yaml_file.read(file, f"components/platform/{file.name}")))


def names(file: Path) -> tuple[str, ...]:
    """Return the names of the rules in a file."""
    return tuple(entry["rule"] for entry in read(file) if "rule" in entry)


def urgent(file: Path) -> tuple[str, ...]:
    """Return the names of the rules whose events are answered: those of priority CRITICAL."""
    return tuple(entry["rule"] for entry in read(file) if entry.get("priority") == "CRITICAL")


def rendered(file: Path, *, disabled: Sequence[str] = (), break_glass: Sequence[str] = ()) -> str:
    """Return the text of a file of rules, without what is disabled and with the groups of emergency access."""
    kept = [entry for entry in read(file) if entry.get("rule") not in disabled]
    filled = [
        {**entry, "items": sorted(break_glass)} if entry.get("list") == BREAK_GLASS_GROUPS else entry for entry in kept
    ]
    return yaml.safe_dump(filled, sort_keys=False, width=1000)
