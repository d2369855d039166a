"""Every reviewed rule of runtime detection is on."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props, entries


@control(
    title="Every reviewed rule of runtime detection is on",
    severity=Severity.HIGH,
    types=(objects.RUNTIME_DETECTION,),
    why="A rule that is off for one noisy workload is off for every intruder.",
    fix="Leave platform.runtimeDetection.disabledRules empty, or have the risk of the rule's absence waived.",
    url="https://falco.org/docs/concepts/rules/",
)
def check(props: Props) -> Iterator[str]:
    if entries(props.read("disabledRules", provider_default=[])):
        yield "disabledRules names rules that are off"
    if not props.read("rules", provider_default=0):
        yield "rules is 0, so that nothing is looked for"
