"""An EKS cluster is upgraded when its standard support ends, instead of paying to stay behind."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An EKS cluster is upgraded when its standard support ends, instead of paying to stay behind",
    severity=Severity.MEDIUM,
    types=(aws.CLUSTER,),
    why=(
        "Extended support, which AWS takes where nothing is said, lets a cluster fall years behind at six times the "
        "price."
    ),
    fix="Create the cluster through the component, or set upgradePolicy.supportType to STANDARD.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("upgradePolicy.supportType", provider_default="EXTENDED") != "STANDARD":
        yield "upgradePolicy.supportType must be STANDARD"
