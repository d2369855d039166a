"""Versions that EKS supports, from `versions.yaml`."""

import functools
from pathlib import Path
from typing import Any

from .. import data_file
from ..upgrades import ReleaseTable

_FILE = Path(__file__).parent / "versions.yaml"

RELEASES = ReleaseTable(_FILE)
"""The Kubernetes minors."""


@functools.cache
def add_on(name: str, minor: str) -> str:
    """Return the pinned version of an EKS add-on for a Kubernetes minor."""
    content: dict[str, Any] = data_file.read(_FILE)
    return content["addOns"][name][minor]
