"""What a stack says about the registry and the detectors beside an EKS cluster."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..cloud import Managed
from ..destinations import SnsTopic
from ..model import Settings

_REPOSITORY = r"^[a-z0-9]+([._/-][a-z0-9]+)*$"


class Upstream(StrEnum):
    """Public registries that need no credentials, whose images the account's own registry keeps a copy of."""

    ECR_PUBLIC = "ecr-public"
    KUBERNETES = "kubernetes"
    QUAY = "quay"


class EksRegistry(Settings):
    """ECR repositories: immutable, scanned, encrypted with a key of their own, tidied up."""

    repositories: tuple[Annotated[str, Field(min_length=2, max_length=200, pattern=_REPOSITORY)], ...] = ()
    """Names of the repositories; the cluster's name goes before each."""
    pull_through: tuple[Upstream, ...] = ()
    """Public registries to keep copies of: nodes then need no way to the internet for them."""
    keep_images: Annotated[int, Field(ge=5, le=1000, strict=True)] = 100
    """Images of a repository that are kept; older ones go."""

    @field_validator("repositories", "pull_through")
    @classmethod
    def _differ(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(values)) < len(values):
            raise ValueError("name each once")
        return values


class EksDetection(Settings):
    """Control-plane and flow logs, GuardDuty, Inspector."""

    log_retention_days: Literal[365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] = 365
    """How long logs are kept; at least a year. CloudWatch knows these lengths."""
    guard_duty: Managed = Managed.HERE
    """Who switches GuardDuty on: threats in audit logs and on running nodes."""
    inspector: Managed = Managed.HERE
    """Who switches Inspector on: vulnerabilities of images and instances."""
    findings_to: SnsTopic | None = None
    """Topic that GuardDuty's findings of the account go to, such as the sink of runtimeDetection; its policy has to let
    `events.amazonaws.com` publish. Absent, they stay in GuardDuty and in whatever the organization has."""
