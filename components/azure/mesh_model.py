"""What a stack says about the mesh that AKS runs: which revisions of Istio."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Field

from .. import data_file
from ..dataplane import Dataplane
from ..mesh import Mesh
from ..model import Settings
from ..upgrades import Minor

_TABLE = Path(__file__).parent / "versions.yaml"


class _Revision(Settings):
    """One revision of the add-on, as Microsoft's calendar tells it."""

    name: str
    """Such as `asm-1-30`."""
    kubernetes: tuple[Minor, ...]
    """Minors of clusters that it works with."""


@functools.cache
def _known() -> dict[str, _Revision]:
    content = cast("dict[str, Any]", data_file.read(_TABLE))
    return {each.name: each for each in map(_Revision.model_validate, content["meshRevisions"])}


class AksMesh(Settings):
    """Istio by the add-on of AKS: Azure runs the control plane, and a proxy is put into each pod."""

    revisions: tuple[Annotated[str, Field(pattern=r"^asm-[0-9]+-[0-9]+$")], ...] = Field(min_length=1, max_length=2)
    """Revisions of the control plane, such as `asm-1-30`; the namespaces of tenants are in the first. In an upgrade
    there are two: the new one beside the old, then the new one first, then alone."""

    @property
    def known(self) -> Mesh:
        """What tenants know of the mesh."""
        return Mesh(dataplane=Dataplane.AKS_ISTIO, revision=self.revisions[0])

    def problems(self, minor: str) -> Iterator[str]:
        """Yield what is wrong with the revisions in a cluster of a Kubernetes minor."""
        if len(set(self.revisions)) < len(self.revisions):
            yield "mesh.revisions: name each once"
        for name in self.revisions:
            if name not in _known():
                yield f"mesh.revisions: {name} is not among the known ones, which are {', '.join(_known())}"
            elif minor not in _known()[name].kubernetes:
                fitting = ", ".join(_known()[name].kubernetes)
                yield f"mesh.revisions: {name} works with Kubernetes {fitting}, and the cluster has {minor}"
