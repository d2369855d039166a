"""What runtime detection sees reaches somebody outside the cluster."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="What runtime detection sees leaves the cluster",
    severity=Severity.HIGH,
    types=(objects.RUNTIME_DETECTION,),
    why="An event that stays in the log of a pod is read by nobody, and is gone with the pod.",
    fix="Name where events go in platform.runtimeDetection.sink.",
    url="https://falco.org/docs/concepts/outputs/forwarding/",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("sink", provider_default=""):
        yield "sink names nobody who receives events"
