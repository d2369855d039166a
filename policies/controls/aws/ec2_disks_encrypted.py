"""Disks of an instance are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props, entries


@control(
    title="Disks of an instance are encrypted with a key of one's own",
    severity=Severity.HIGH,
    types=(aws.LAUNCH_TEMPLATE,),
    why="Images, logs and what pods write lie on them; without a key of your own nobody can take a copy's worth away.",
    fix="Create nodes through the component, or set encrypted and kmsKeyId in blockDeviceMappings[].ebs.",
    url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-encryption.html",
)
def check(props: Props) -> Iterator[str]:
    disks = entries(props.read("blockDeviceMappings", provider_default=[]))
    if not disks:
        yield "blockDeviceMappings must name the disks"
    for disk in disks:
        name = disk.read("deviceName", provider_default="a disk")
        if not aws.is_true(disk.read("ebs.encrypted", provider_default="false")):
            yield f"{name}: ebs.encrypted must be true"
        elif "kmsKeyId" not in disk.read("ebs", provider_default={}):
            yield f"{name}: ebs.kmsKeyId must name a key"
