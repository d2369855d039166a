"""Messages in Pub/Sub are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Finding, Severity, Stack


@control(
    title="Messages in Pub/Sub are encrypted with a key of one's own",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.TOPIC,),
    why="With Google's own key its use shows in no log, and nobody can take the messages' worth away.",
    fix="Create the topic through the component, or set kmsKeyName.",
    url="https://docs.cloud.google.com/pubsub/docs/encryption",
)
def check(stack: Stack) -> Iterator[Finding]:
    for topic in stack.of_type(gcp.TOPIC):
        if not gcp.names(stack, topic, topic.props, "kmsKeyName", gcp.KEY):
            yield Finding(resource=topic, message="kmsKeyName must name a key")
