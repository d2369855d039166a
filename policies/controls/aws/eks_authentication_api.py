"""Access to an EKS cluster is granted by its API alone."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Access to an EKS cluster is granted by its API alone",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="Whoever may write the ConfigMap aws-auth is administrator, and a mistake in it locks everybody out.",
    fix="Create the cluster through the component, or set accessConfig.authenticationMode to API.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("accessConfig.authenticationMode", provider_default="CONFIG_MAP") != "API":
        yield "accessConfig.authenticationMode must be API"
