"""Where clouds bring messages to, by the names that the clouds give them."""

from typing import Annotated

from pydantic import Field

SnsTopic = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$")]
"""ARN of a topic of AWS SNS."""
PubSubTopic = Annotated[
    str, Field(pattern=r"^projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}$")
]
"""Name of a topic of Google Pub/Sub."""
EventHub = Annotated[
    str,
    Field(
        pattern=r"^/subscriptions/[0-9a-f-]{36}/resourceGroups/[A-Za-z0-9._()-]+/providers/Microsoft\.EventHub"
        r"/namespaces/[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]/eventhubs/[A-Za-z0-9][A-Za-z0-9._-]{0,255}$"
    ),
]
"""Id of an Azure Event Hub."""
