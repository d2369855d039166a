"""What a stack says about registry and detectors beside an AKS cluster."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from ..cloud import Managed
from ..destinations import EventHub
from ..model import Settings


class Upstream(StrEnum):
    """Public registries that need no credentials, whose images the cluster's own registry keeps a copy of."""

    KUBERNETES = "kubernetes"
    MICROSOFT = "microsoft"
    QUAY = "quay"


class AksRegistry(Settings):
    """Azure Container Registry: private, scanned, without passwords. Repositories come with their first image."""

    pull_through: tuple[Upstream, ...] = ()
    """Public registries to keep copies of, each below its name: nodes then need no way to the internet for them."""
    keep_untagged_days: Annotated[int, Field(ge=0, le=365, strict=True)] = 7
    """Days after which a manifest that no tag names goes."""

    @field_validator("pull_through")
    @classmethod
    def _differ(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(values)) < len(values):
            raise ValueError("name each once")
        return values


class AksDetection(Settings):
    """Logs and metrics, flow logs, Defender."""

    log_retention_days: Annotated[int, Field(ge=365, le=730, strict=True)] = 365
    """How long the workspace keeps logs: at least a year, at most the two that Azure offers. Flow logs are kept for a
    year, Azure's limit."""
    defender: Managed = Managed.HERE
    """Who switches on Defender's plan for containers: a subscription has one."""
    findings_to: EventHub | None = None
    """Event Hub that Defender's alerts of the subscription go to, such as the sink of runtimeDetection. The
    principal `Windows Azure Security Resource Provider` needs the role Azure Event Hubs Data Sender on it. Absent, they
    stay in Defender."""
