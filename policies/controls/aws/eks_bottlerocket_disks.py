"""Both disks of a Bottlerocket node are declared."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack
from policies.values import entries


@control(
    title="Both disks of a Bottlerocket node are declared",
    severity=Severity.HIGH,
    types=(aws.LAUNCH_TEMPLATE,),
    why="Of a disk that the template doesn't name the image decides: it is not encrypted.",
    fix="Create nodes through the component, or name /dev/xvda and /dev/xvdb in blockDeviceMappings.",
    url="https://bottlerocket.dev/en/os/latest/concepts/storage/",
)
def check(stack: Stack) -> Iterator[Finding]:
    for template in aws.templates_of(stack, "BOTTLEROCKET_"):
        disks = entries(template.props.read("blockDeviceMappings", provider_default=[]))
        names = {each.read("deviceName", provider_default=None) for each in disks}
        for missing in sorted({"/dev/xvda", "/dev/xvdb"} - names):
            yield Finding(resource=template, message=f"blockDeviceMappings must name {missing}")
