"""Where events of the runtime go: an address, or a topic of the cloud, which its own detectors tell of findings too."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..destinations import EventHub, SnsTopic
from ..model import Settings
from ..tenancy import Network


class _Sink(Settings):
    """What every sink answers."""

    ports: ClassVar[tuple[int, ...]] = (443,)
    """Where it is reached, all of them by TLS."""

    @property
    def grants(self) -> tuple[str, ...]:
        """What the pods may do in a cloud: nothing."""
        return ()


class WebhookSink(_Sink):
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


class SnsSink(_Sink):
    """A topic of AWS SNS, which `detection.findingsTo` of an EKS cluster brings GuardDuty's findings to as well."""

    kind: Literal["sns"]
    """What the sink is."""
    topic: SnsTopic
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


class PubSubSink(_Sink):
    """A topic of Google Pub/Sub; `detection.findingsTo` of a GKE cluster brings Security Command Center's findings."""

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


class EventHubSink(_Sink):
    """An Azure Event Hub; `detection.findingsTo` of an AKS cluster brings Defender's alerts there as well."""

    ports: ClassVar[tuple[int, ...]] = (443, 5671)
    """Entra ID, and the hub by AMQP."""

    kind: Literal["event-hub"]
    """What the sink is."""
    hub: EventHub
    """Id of the hub."""
    networks: tuple[Network, ...] = Field(min_length=1)
    """Where the hub's private endpoint and Entra ID are reached."""

    def values(self) -> dict[str, Any]:
        """Return the chart's configuration of it; the pods' own identity sends."""
        *_, namespace, _, name = self.hub.split("/")
        return {"azure": {"eventHub": {"namespace": f"{namespace}.servicebus.windows.net", "name": name}}}

    @property
    def grants(self) -> tuple[str, ...]:
        """What the pods may do in Azure."""
        return (f"Azure Event Hubs Data Sender@{self.hub}",)


Sink = Annotated[WebhookSink | SnsSink | PubSubSink | EventHubSink, Field(discriminator="kind")]
"""Where events go."""
