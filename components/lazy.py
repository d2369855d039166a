"""The components of a cloud, whose package is imported when the first of them is asked for."""

import importlib
from typing import Any

_COMPONENTS = ("Cluster", "Detection", "Identity", "Network", "Nodes", "Registry", "Site")
"""What every cloud's folder offers, each in a file of its name."""


def component(package: str, name: str) -> Any:
    """Return a component of a cloud's folder; raises `AttributeError` for a name that is none."""
    if name not in _COMPONENTS:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{name.lower()}", package), name)
