"""What a stack says about the nodes of an EKS cluster."""

import functools
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from .. import data_file
from ..cloud import Capacity, Cryptography, Deletion
from ..model import DnsLabel, Settings

_INSTANCE_TYPE = re.compile(r"(?P<family>[a-z]+[0-9]+[a-z0-9-]*)\.(?P<size>[a-z0-9-]+)")
_NAME_LIMIT = 30


@functools.cache
def _without_nitro() -> frozenset[str]:
    content = data_file.read(Path(__file__).parent / "instance_types.yaml")
    return frozenset(content["without_nitro"])


def _instance_type(value: str) -> str:
    found = _INSTANCE_TYPE.fullmatch(value)
    if not found:
        raise ValueError("use an EC2 instance type such as m7i.large")
    if found["family"] in _without_nitro():
        raise ValueError(
            f"{found['family']} is not built on the Nitro system, which encrypts traffic and disks and isolates "
            "instances in hardware; use a newer family such as m7i or m7g"
        )
    return value


InstanceType = Annotated[str, AfterValidator(_instance_type)]
"""An EC2 instance type of the Nitro system."""


class Architecture(StrEnum):
    """Processor architectures."""

    X86 = "x86_64"
    ARM = "ARM_64"

    @classmethod
    def of(cls, instance_type: str) -> "Architecture":
        """Return the architecture: Graviton families have a `g` after their generation, as in m7g or c7gn."""
        found = re.fullmatch(r"[a-z]+[0-9]+(?P<attributes>[a-z0-9-]*)\..*", instance_type)
        return cls.ARM if found and found["attributes"].startswith("g") else cls.X86


class NodeAccess(StrEnum):
    """How a person gets onto a node. There is no SSH in any case."""

    NONE = "none"
    """Not at all; the default. A broken node is replaced."""
    SSM = "ssm"
    """By a Systems Manager session into Bottlerocket's control container; recorded by SSM."""


class EksNodeGroup(Settings):
    """Bottlerocket nodes of one kind, in private subnets of every zone."""

    name: Annotated[DnsLabel, Field(max_length=_NAME_LIMIT)]
    """Name of the group."""
    instance_types: tuple[InstanceType, ...] = Field(default=("m7i.large",), min_length=1)
    """EC2 instance types, of one architecture; several help spot nodes only."""
    smallest: Annotated[int, Field(ge=0, le=450, strict=True)] = 3
    """Fewest nodes; one for each zone by default."""
    largest: Annotated[int, Field(ge=1, le=450, strict=True)] = 6
    """Most nodes; between the two an autoscaler decides."""
    disk_gib: Annotated[int, Field(ge=20, le=16384, strict=True)] = 80
    """Disk for images, logs and empty directories, in GiB; encrypted with the cluster's key."""
    capacity: Capacity = Capacity.ON_DEMAND
    """How nodes are bought."""
    cryptography: Cryptography = Cryptography.STANDARD
    """Cryptographic modules of the operating system."""
    release_version: str | None = Field(default=None, pattern=r"^1\.[0-9]+\.[0-9]+-[0-9a-f]{8}$")
    """Bottlerocket release, such as 1.52.0-abcdef12. Without it AWS takes the latest whenever the group is made or
    its version changes, and nothing drifts in between."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Labels of the nodes."""
    taints: dict[str, Literal["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]] = Field(default_factory=dict)
    """Taints of the nodes: key to effect."""
    access: NodeAccess = NodeAccess.NONE
    """How a person gets onto a node."""
    deletion: Deletion = Deletion.PROTECTED
    """Whether the group may be deleted or replaced; allow it for a group that another one has taken over from."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.largest < self.smallest:
            raise ValueError(f"the node group {self.name!r} has a largest size below its smallest; swap them")
        if len({Architecture.of(each) for each in self.instance_types}) > 1:
            raise ValueError(f"the node group {self.name!r} mixes processor architectures; make two groups")
        return self

    @property
    def ami_type(self) -> str:
        """Return the AMI type of EKS: Bottlerocket for the architecture."""
        fips = "_FIPS" if self.cryptography is Cryptography.FIPS else ""
        return f"BOTTLEROCKET_{Architecture.of(self.instance_types[0]).value}{fips}"


class EksFargateProfile(Settings):
    """Namespaces whose pods run on Fargate: each pod a virtual machine of its own, that AWS looks after."""

    name: Annotated[DnsLabel, Field(max_length=_NAME_LIMIT)]
    """Name of the profile."""
    namespaces: tuple[DnsLabel, ...] = Field(min_length=1, max_length=5)
    """Full names of the namespaces."""
