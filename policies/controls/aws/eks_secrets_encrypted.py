"""Secrets of an EKS cluster are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Secrets of an EKS cluster are encrypted with a key of one's own",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="AWS encrypts etcd's disks, but with a key that nobody here can take away from whoever got a copy.",
    fix="Create the cluster through the component, or set encryptionConfig with resources secrets and a key of KMS.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html",
)
def check(props: Props) -> Iterator[str]:
    if "secrets" not in props.read("encryptionConfig.resources", provider_default=[]):
        yield "encryptionConfig.resources must hold secrets"
    if not props.read("encryptionConfig.provider", provider_default={}):
        yield "encryptionConfig.provider.keyArn must name a key"
