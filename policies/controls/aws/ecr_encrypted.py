"""Images are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props, entries


@control(
    title="Images are encrypted with a key of one's own",
    severity=Severity.LOW,
    types=(aws.REPOSITORY, aws.CREATION_TEMPLATE),
    why="The key decides who can read a copy of what is inside, and every use of it is logged.",
    fix="Create the repository through the component, or set encryptionConfigurations with KMS and a key.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
)
def check(props: Props) -> Iterator[str]:
    found = entries(props.read("encryptionConfigurations", provider_default=[]))
    kms = [each for each in found if each.read("encryptionType", provider_default="AES256") in ("KMS", "KMS_DSSE")]
    if not kms or any("kmsKey" not in each for each in kms):
        yield "encryptionConfigurations must be of the type KMS, and name a kmsKey"
