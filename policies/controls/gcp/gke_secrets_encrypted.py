"""Secrets of a GKE cluster are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Secrets of a GKE cluster are encrypted with a key of one's own",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "Without it they lie in Google's store under a key that is Google's alone: it can be neither revoked nor "
        "rotated, and its use shows in no log."
    ),
    fix="Create the cluster through the component, or set databaseEncryption.state to ENCRYPTED and keyName to a key.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(gcp.CLUSTER):
        if cluster.props.read("databaseEncryption.state", provider_default="DECRYPTED") != "ENCRYPTED":
            yield Finding(resource=cluster, message="databaseEncryption.state must be ENCRYPTED")
        elif not gcp.names(stack, cluster, cluster.props, "databaseEncryption.keyName", gcp.KEY):
            yield Finding(resource=cluster, message="databaseEncryption.keyName must name a key")
