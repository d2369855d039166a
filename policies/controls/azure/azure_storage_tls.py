"""A storage account in Azure is reached by current TLS only."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A storage account in Azure is reached by current TLS only",
    severity=Severity.MEDIUM,
    types=(azure.STORAGE_ACCOUNT,),
    why="Where nothing is said Azure still answers by TLS 1.0, whose ciphers are broken.",
    fix=(
        "Create the network through the component, or set minimumTlsVersion to TLS1_2 and leave "
        "enableHttpsTrafficOnly on."
    ),
    url="https://learn.microsoft.com/azure/storage/common/transport-layer-security-configure-minimum-version",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("enableHttpsTrafficOnly", provider_default=True):
        yield "enableHttpsTrafficOnly must not be false"
    if props.read("minimumTlsVersion", provider_default="TLS1_0") not in ("TLS1_2", "TLS1_3"):
        yield "minimumTlsVersion must be TLS1_2 or TLS1_3"
