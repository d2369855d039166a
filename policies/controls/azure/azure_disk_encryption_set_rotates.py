"""Disks in Azure follow their key to its newest version."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Disks in Azure follow their key to its newest version",
    severity=Severity.MEDIUM,
    types=(azure.DISK_ENCRYPTION_SET,),
    why="Otherwise the key is rotated and the disks stay with the old version, which then can never be disabled.",
    fix="Create the nodes through the component, or set rotationToLatestKeyVersionEnabled to true.",
    url="https://learn.microsoft.com/azure/virtual-machines/disk-encryption#automatic-key-rotation-of-customer-managed-keys",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("rotationToLatestKeyVersionEnabled", provider_default=False):
        yield "rotationToLatestKeyVersionEnabled must be true"
