"""An EKS cluster can be told to avoid a zone in trouble."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="An EKS cluster can be told to avoid a zone in trouble",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.CLUSTER,),
    why="Without it traffic goes on to a zone that is failing, until every pod there has failed by itself.",
    fix="Create the cluster through the component, or set zonalShiftConfig.enabled to true.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/zone-shift.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("zonalShiftConfig.enabled", provider_default=False):
        yield "zonalShiftConfig.enabled must be true"
