"""Bottlerocket locks its kernel and starts no administrative container."""

import base64
import tomllib
from collections.abc import Iterator
from typing import Any

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack
from policies.values import Props

_LOCKS = ("integrity", "confidentiality")


def _problems(template: Props) -> Iterator[str]:
    text = template.read("userData", provider_default="")
    settings: dict[str, Any] = tomllib.loads(base64.b64decode(text).decode()).get("settings", {})
    if settings.get("kernel", {}).get("lockdown", "none") not in _LOCKS:
        yield "userData must set settings.kernel.lockdown to integrity"
    if settings.get("host-containers", {}).get("admin", {}).get("enabled", False):
        yield "userData must not enable settings.host-containers.admin"


@control(
    title="Bottlerocket locks its kernel and starts no administrative container",
    severity=Severity.MEDIUM,
    types=(aws.LAUNCH_TEMPLATE,),
    why=(
        "Without the lock root can load code into the kernel; the administrative container is a root shell on the node."
    ),
    fix=(
        "Create nodes through the component, or set settings.kernel.lockdown and settings.host-containers.admin in "
        "userData."
    ),
    url="https://github.com/bottlerocket-os/bottlerocket/blob/develop/SECURITY_GUIDANCE.md",
)
def check(stack: Stack) -> Iterator[Finding]:
    for template in aws.templates_of(stack, "BOTTLEROCKET_"):
        yield from (Finding(resource=template, message=message) for message in _problems(template.props))
