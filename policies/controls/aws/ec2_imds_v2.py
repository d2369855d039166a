"""Metadata of an instance are given to sessions only."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Metadata of an instance are given to sessions only",
    severity=Severity.HIGH,
    types=(aws.LAUNCH_TEMPLATE,),
    why=(
        "Version 1 answers any request: a web application that can be made to fetch an address gives the node's "
        "credentials away."
    ),
    fix="Create nodes through the component, or set metadataOptions.httpTokens to required.",
    url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("metadataOptions.httpEndpoint", provider_default="enabled") == "disabled":
        return
    if props.read("metadataOptions.httpTokens", provider_default="optional") != "required":
        yield "metadataOptions.httpTokens must be required"
