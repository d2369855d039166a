"""Falcosidekick as the platform runs it: it hands every event to one sink, and to what answers events."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..model import Settings
from ..tenancy import Network
from . import versions
from .hardening import without_token
from .rendering import Release

CHART = "falcosidekick"
PORT = 2801
PODS = {"app.kubernetes.io/name": CHART}
"""Labels of its pods."""
ACCOUNT = CHART
"""Its service account."""


class WebhookSink(Settings):
    """An address that events are posted to, such as a SIEM's collector."""

    kind: Literal["webhook"]
    """What the sink is."""
    address: Annotated[str, Field(pattern=r"^https://[^\s@]+$", max_length=500)]
    """Where to; no credential stands in it. One lies in the Secret `sink-credentials` beside the pods, as the
    environment variable `WEBHOOK_CUSTOMHEADERS`."""
    networks: tuple[Network, ...] = Field(min_length=1)
    """Where the address is reached, by TLS."""

    def values(self) -> dict[str, Any]:
        """Return the chart's configuration of it."""
        return {"webhook": {"address": self.address, "checkcert": True}, "existingSecret": "sink-credentials"}

    @property
    def grants(self) -> tuple[str, ...]:
        """What the pods may do in a cloud: nothing."""
        return ()


class SnsSink(Settings):
    """A topic of AWS SNS, which GuardDuty's findings go to as well by an EventBridge rule."""

    kind: Literal["sns"]
    """What the sink is."""
    topic: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$")]
    """ARN of the topic."""
    policy: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:policy/\S+$")]
    """ARN of the IAM policy that lets the pods publish to the topic, and nothing else."""
    networks: tuple[Network, ...] = Field(min_length=1)
    """Where SNS and STS are reached: their endpoints in the network."""

    def values(self) -> dict[str, Any]:
        """Return the chart's configuration of it; the pods' own role publishes."""
        return {"aws": {"region": self.topic.split(":")[3], "sns": {"topicarn": self.topic}}}

    @property
    def grants(self) -> tuple[str, ...]:
        """What the pods may do in AWS."""
        return (self.policy,)


class PubSubSink(Settings):
    """A topic of Google Pub/Sub, which Security Command Center's notifications go to as well."""

    kind: Literal["pubsub"]
    """What the sink is."""
    project: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    """Project of the topic."""
    topic: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$")]
    """Name of the topic."""
    networks: tuple[Network, ...] = Field(min_length=1)
    """Where Google's APIs are reached: the range of restricted.googleapis.com."""

    def values(self) -> dict[str, Any]:
        """Return the chart's configuration of it; the pods' own identity publishes."""
        return {"gcp": {"pubsub": {"projectid": self.project, "topic": self.topic}}}

    @property
    def grants(self) -> tuple[str, ...]:
        """What the pods may do in Google Cloud."""
        return (f"roles/pubsub.publisher@topics/{self.topic}",)


Sink = Annotated[WebhookSink | SnsSink | PubSubSink, Field(discriminator="kind")]
"""Where events go."""


def release(namespace: str, *, sink: Sink, answerer: str, kubernetes: str) -> Release:
    """Return what is rendered; `answerer` is the address of what answers events."""
    return Release(name=CHART, namespace=namespace, values=_values(sink, answerer), kubernetes=kubernetes)


def _values(sink: Sink, answerer: str) -> dict[str, Any]:
    image = versions.charts()[CHART].images["falcosidekick"]
    registry, _, repository = image.repository.partition("/")
    amounts = {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"}
    return {
        "replicaCount": 2,
        "image": {
            "registry": registry,
            "repository": repository,
            "tag": f"{image.tag}@{image.digest}" if image.digest else image.tag,
        },
        "podSecurityContext": {"runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532},
        "resources": {"requests": amounts, "limits": amounts},
        "config": {**sink.values(), "talon": {"address": answerer}},
        "webui": {"enabled": False},
    }


def adjusted(manifest: dict[str, Any], *, has_account: bool) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it; None where it is left out.

    It asks the API server for nothing, so it has neither role nor token. An account that the platform makes, with a
    role in a cloud, stands for the chart's.
    """
    kind = manifest["kind"]
    if kind in ("Role", "RoleBinding") or (kind == "ServiceAccount" and has_account):
        return None
    return without_token(manifest) if kind == "Deployment" else manifest
