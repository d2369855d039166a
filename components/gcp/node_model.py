"""What a stack says about the nodes of a GKE cluster."""

import functools
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from .. import data_file
from ..cloud import Capacity, Deletion
from ..model import DnsLabel, Settings

_MACHINE_TYPE = re.compile(r"(?P<series>[a-z]+[0-9]+[a-z]*)-[a-z]+[a-z0-9-]*")
_NAME_LIMIT = 30
HYPERDISK, PERSISTENT_DISK = "hyperdisk-balanced", "pd-balanced"


class Confidential(StrEnum):
    """How the memory of nodes is encrypted, so that the host below them can't read it."""

    SEV = "sev"
    """AMD SEV; the default."""
    SEV_SNP = "sev-snp"
    """AMD SEV-SNP: the host can't change it unseen either."""
    TDX = "tdx"
    """Intel TDX."""
    NONE = "none"
    """Not at all: for machine types that can't; needs a waiver in strict mode."""


class Isolation(StrEnum):
    """What stands between a pod and the kernel of its node."""

    NONE = "none"
    """Namespaces and control groups of Linux; the default."""
    GVISOR = "gvisor"
    """GKE Sandbox: a kernel of the pod's own, in user space. For code that nobody here has written. A pod asks for
    it by `runtimeClassName: gvisor`."""


class UpgradeStrategy(StrEnum):
    """How the nodes of a pool are replaced."""

    SURGE = "surge"
    """New nodes first, then the old ones go, a share at a time; the default."""
    BLUE_GREEN = "blue-green"
    """A second pool beside the first, which can be gone back to until the soak time is over. It needs twice the
    nodes for that time."""


@functools.cache
def _machine_types() -> Any:
    return data_file.read(Path(__file__).parent / "machine_types.yaml")


def _machine_type(value: str) -> str:
    if not _MACHINE_TYPE.fullmatch(value):
        raise ValueError("use a machine type of Compute Engine such as n2d-standard-4")
    return value


MachineType = Annotated[str, AfterValidator(_machine_type)]
"""A machine type of Compute Engine."""


class GkeNodePool(Settings):
    """Nodes of one kind with Container-Optimized OS, spread over the zones, with private addresses only."""

    name: Annotated[DnsLabel, Field(max_length=_NAME_LIMIT)]
    """Name of the pool."""
    machine_type: MachineType = "n2d-standard-4"
    """Machine type; of a series whose memory can be encrypted, unless `cluster.confidential` is none."""
    smallest: Annotated[int, Field(ge=0, le=1000, strict=True)] = 3
    """Fewest nodes in all zones together; one for each by default."""
    largest: Annotated[int, Field(ge=1, le=1000, strict=True)] = 6
    """Most nodes in all zones together; between the two GKE's autoscaler decides."""
    disk_gib: Annotated[int, Field(ge=20, le=16384, strict=True)] = 80
    """Disk for system, images, logs and empty directories, in GiB; encrypted with a key of the cluster's own."""
    capacity: Capacity = Capacity.ON_DEMAND
    """How nodes are bought."""
    isolation: Isolation = Isolation.NONE
    """What stands between a pod and the kernel of its node."""
    upgrade_strategy: UpgradeStrategy = UpgradeStrategy.SURGE
    """How nodes are replaced."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Labels of the nodes."""
    taints: dict[str, Literal["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]] = Field(default_factory=dict)
    """Taints of the nodes: key to effect."""
    deletion: Deletion = Deletion.PROTECTED
    """Whether the pool may be deleted or replaced; allow it for a pool that another one has taken over from."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.largest < self.smallest:
            raise ValueError(f"the node pool {self.name!r} has a largest size below its smallest; swap them")
        return self

    @property
    def series(self) -> str:
        """Return the machine series: `n2d` of `n2d-standard-4`."""
        return self.machine_type.partition("-")[0]

    @property
    def disk_type(self) -> str:
        """Return the type of disks that the series takes; the newest know Persistent Disk no more."""
        return HYPERDISK if self.series in _machine_types()["hyperdisk"] else PERSISTENT_DISK


def disk_type(pools: tuple[GkeNodePool, ...]) -> str:
    """Return the type of volumes: what all pools take, and Persistent Disk where they differ or there are none."""
    kinds = {each.disk_type for each in pools}
    return HYPERDISK if kinds == {HYPERDISK} else PERSISTENT_DISK


def pool_problems(pools: tuple[GkeNodePool, ...], confidential: Confidential) -> Iterator[str]:
    """Yield what is wrong with the pools of one cluster."""
    names = [each.name for each in pools]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the name {name!r} stands twice among nodePools; rename one"
    if pools and all(each.isolation is Isolation.GVISOR for each in pools):
        yield "every node pool has the isolation gvisor, but what GKE itself runs can't; add one without"
    if confidential is Confidential.NONE:
        return
    able = _machine_types()["confidential"][confidential]
    for each in pools:
        if each.series not in able:
            yield (
                f"the node pool {each.name!r} has the machine type {each.machine_type}, whose memory {confidential} "
                f"does not encrypt; use one of {', '.join(sorted(able))}, or name another technology in confidential"
            )
