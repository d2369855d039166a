"""Which properties make a provider delete a resource and make it anew when they change; data in `replaces/`.

Only the provider itself knows for sure. What is written down here is what preview and the stand-in providers go by: a
property that is not listed may still replace.
"""

import functools
from collections.abc import Mapping
from pathlib import Path

import yaml

from .values import entries

_FOLDER = Path(__file__).parent / "replaces"
KUBERNETES = "kubernetes"
EVERY_KIND = "*"


@functools.cache
def of_package(package: str) -> Mapping[str, tuple[str, ...]]:
    """Return dotted property paths by type token (of Kubernetes by kind); none for a package without a file."""
    file = _FOLDER / f"{package}.yaml"
    if not file.exists():
        return {}
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {type_: tuple(paths) for type_, paths in content.items()}


def of_type(type_: str) -> tuple[str, ...]:
    """Return the dotted property paths of a resource's type token."""
    package = type_.partition(":")[0]
    listed = of_package(package)
    if package != KUBERNETES:
        return listed.get(type_, ())
    return (*listed[EVERY_KIND], *entries(listed.get(type_.rsplit(":", 1)[-1])))
