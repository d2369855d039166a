"""Versions that EKS supports, from `versions.yaml`."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from .. import clock
from ..upgrades import Release, Releases, Upgrades, read_releases

_FILE = Path(__file__).parent / "versions.yaml"


@functools.cache
def releases() -> Releases:
    """Return the table of Kubernetes minors."""
    return read_releases(_FILE)


def release(upgrades: Upgrades) -> Release:
    """Return the minor that the settings resolve to today; raises `ValueError` where it is not supported."""
    return releases().resolve(upgrades, clock.today())


def problems(upgrades: Upgrades) -> Iterator[str]:
    """Yield what is wrong with the version that the settings ask for."""
    try:
        release(upgrades)
    except ValueError as error:
        yield f"upgrades.version: {error}"


@functools.cache
def add_on(name: str, minor: str) -> str:
    """Return the pinned version of an EKS add-on for a Kubernetes minor."""
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content["addOns"][name][minor]
