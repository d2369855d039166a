"""What a stack says about the nodes of an AKS cluster."""

import functools
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self, cast

import yaml
from pydantic import AfterValidator, Field, model_validator

from ..cloud import Capacity, Deletion
from ..model import Settings

SYSTEM = "system"
"""Name of the pool of AKS's own pods."""
_SIZE = re.compile(r"Standard_[A-Z]+[0-9]+(-[0-9]+)?(?P<features>[a-z]*)(_[A-Z0-9]+)*_v(?P<generation>[0-9]+)")
_OLDEST = 5
"""Older series end, or hide in their names whether they have a disk."""


@functools.cache
def _letters() -> dict[str, str]:
    content = yaml.safe_load((Path(__file__).parent / "vm_sizes.yaml").read_text(encoding="utf-8"))
    return cast("dict[str, str]", content)


def _vm_size(value: str) -> str:
    found = _SIZE.fullmatch(value)
    if not found or int(found["generation"]) < _OLDEST:
        raise ValueError(f"use a VM size of version {_OLDEST} or later such as Standard_D4ds_v5")
    if _letters()["local_disk"] not in found["features"]:
        raise ValueError(
            "this size has no disk of its own, on which the system lies; use one with a d: Standard_D4ds_v5"
        )
    if _letters()["arm"] in found["features"]:
        raise ValueError("AKS offers no trusted launch on ARM; use a size without the p: Standard_D4ds_v5")
    return value


VmSize = Annotated[str, AfterValidator(_vm_size)]
"""A VM size of Azure with a local disk."""
Size = Annotated[int, Field(ge=0, le=1000, strict=True)]


class Isolation(StrEnum):
    """What stands between a pod and the kernel of its node."""

    NONE = "none"
    """Namespaces and control groups of Linux; the default."""
    KATA = "kata"
    """Pod sandboxing: a virtual machine for each pod that asks for it by `runtimeClassName: kata-vm-isolation`. For
    code that nobody here has written. Azure offers no trusted launch on such nodes."""


class AksSystemPool(Settings):
    """Nodes of AKS's own pods; a taint keeps others away."""

    vm_size: VmSize = "Standard_D4ds_v5"
    """VM size."""
    smallest: Annotated[Size, Field(ge=3)] = 3
    """Fewest nodes in all zones together."""
    largest: Annotated[Size, Field(ge=3)] = 6
    """Most nodes; between the two AKS's autoscaler decides."""
    disk_gib: Annotated[int, Field(ge=30, le=2048, strict=True)] = 100
    """Disk for system, images, logs and empty directories, in GiB; it must have room on the VM size's own disk."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.largest < self.smallest:
            raise ValueError("the system pool has a largest size below its smallest; swap them")
        return self


class AksNodePool(Settings):
    """Nodes of one kind with Azure Linux, spread over three zones, with private addresses only."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,11}$")]
    """Name of the pool: at most 12 small letters and digits."""
    vm_size: VmSize = "Standard_D4ds_v5"
    """VM size."""
    smallest: Size = 3
    """Fewest nodes in all zones together; one for each by default."""
    largest: Annotated[Size, Field(ge=1)] = 6
    """Most nodes in all zones together; between the two AKS's autoscaler decides."""
    disk_gib: Annotated[int, Field(ge=30, le=2048, strict=True)] = 100
    """Disk for system, images, logs and empty directories, in GiB; it must have room on the VM size's own disk."""
    capacity: Capacity = Capacity.ON_DEMAND
    """How nodes are bought."""
    isolation: Isolation = Isolation.NONE
    """What stands between a pod and the kernel of its node."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Labels of the nodes."""
    taints: dict[str, Literal["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]] = Field(default_factory=dict)
    """Taints of the nodes: key to effect."""
    deletion: Deletion = Deletion.PROTECTED
    """Whether Pulumi may delete or replace the pool; allow it for a pool that another one has taken over from. Azure
    lets it go once the cluster's `deletion` is allowed, too."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.largest < self.smallest:
            raise ValueError(f"the node pool {self.name!r} has a largest size below its smallest; swap them")
        return self


def pool_problems(pools: tuple[AksNodePool, ...]) -> Iterator[str]:
    """Yield what is wrong with the pools of one cluster."""
    names = [each.name for each in pools]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the name {name!r} stands twice among nodePools; rename one"
    if SYSTEM in names:
        yield f"nodePools: {SYSTEM!r} is the pool of AKS's own pods, which systemPool describes; rename yours"
