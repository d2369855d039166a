"""What a stack says about registry, detectors and backups beside a GKE cluster."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from ..cloud import Managed
from ..destinations import PubSubTopic
from ..model import DnsLabel, Settings

_ATTESTOR = r"^projects/[a-z0-9-]+/attestors/[a-zA-Z0-9_-]+$"
_PATH = r"^[a-z0-9][a-z0-9.-]*\.[a-z]+(/[a-z0-9._-]+)+$"
_LONGEST_LOCK = 90
"""Days: Google's limit of the time in which nobody can delete a backup."""


class Upstream(StrEnum):
    """Public registries that need no credentials, whose images a repository of one's own keeps a copy of."""

    DOCKER_HUB = "docker-hub"
    KUBERNETES = "kubernetes"
    QUAY = "quay"


class GkeRegistry(Settings):
    """Artifact Registry, and Binary Authorization: which images run in the clusters of the project."""

    repositories: tuple[Annotated[DnsLabel, Field(min_length=2, max_length=22)], ...] = ()
    """Names of the repositories; the cluster's name goes before each."""
    pull_through: tuple[Upstream, ...] = ()
    """Public registries to keep copies of: nodes then need no way to the internet for them."""
    keep_images: Annotated[int, Field(ge=5, le=1000, strict=True)] = 100
    """Newest images of a repository that stay, however old they are."""
    attestors: tuple[Annotated[str, Field(pattern=_ATTESTOR)], ...] = ()
    """Attestors of Binary Authorization that must all have vouched for an image. Without one, only images of the
    repositories above run, whoever has pushed them."""
    also_allowed: tuple[Annotated[str, Field(pattern=_PATH)], ...] = ()
    """Paths in other registries, such as `quay.io/jetstack`, whose images run as well: those of the platform's
    services. No attestor is asked for what lies below them."""
    image_policy: Managed = Managed.HERE
    """Who keeps the policy of Binary Authorization: a project has one."""
    scanning: Managed = Managed.HERE
    """Who switches on that images are scanned for flaws: once for a project."""

    @field_validator("repositories", "pull_through", "attestors", "also_allowed")
    @classmethod
    def _differ(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(values)) < len(values):
            raise ValueError("name each once")
        return values


class GkeDetection(Settings):
    """Logs of the control plane and of who read what, and messages on flaws and upgrades."""

    log_retention_days: Annotated[int, Field(ge=365, le=3650, strict=True)] = 365
    """How long the cluster's logs are kept; at least a year."""
    audit_logs: Managed = Managed.HERE
    """Who switches on that reading is logged as well: a project has one setting for GKE."""
    findings_to: PubSubTopic | None = None
    """Topic that Security Command Center's findings of the project go to, such as the sink of runtimeDetection. The
    organization has SCC, whose account for notifications may publish to the topic. Absent, they stay in SCC."""


class GkeBackup(Settings):
    """Backup for GKE: everything in the cluster, volumes and Secrets as well, each night."""

    keep_days: Annotated[int, Field(ge=7, le=365, strict=True)] = 30
    """How long a backup is kept."""
    locked_days: Annotated[int, Field(ge=7, le=_LONGEST_LOCK, strict=True)] = 14
    """How long nobody can delete a backup, the deployer included."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.locked_days > self.keep_days:
            raise ValueError("lockedDays is longer than keepDays; a backup goes when it is no longer kept")
        return self
