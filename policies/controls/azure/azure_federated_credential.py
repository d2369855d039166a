"""A federated credential in Azure is for one workload, which somebody else can not be."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

_SERVICE_ACCOUNT = "system:serviceaccount:"
_AUDIENCE = "api://AzureADTokenExchange"


@control(
    title="A federated credential in Azure is for one workload, which somebody else can not be",
    severity=Severity.HIGH,
    types=(azure.FEDERATED_CREDENTIAL,),
    why=(
        "The default service account is what every pod of a namespace has where nothing is said; the subject of a "
        "pull request is what anybody who opens one has."
    ),
    fix="Give the workload a service account of its own, and name it in the tenant's workload identity.",
    url="https://learn.microsoft.com/azure/aks/workload-identity-overview",
)
def check(props: Props) -> Iterator[str]:
    subject = props.read("subject", provider_default="")
    if subject.startswith(_SERVICE_ACCOUNT):
        namespace, _, name = subject.removeprefix(_SERVICE_ACCOUNT).partition(":")
        if not namespace or name in ("", "default"):
            yield "subject must name a service account of the workload's own"
        if namespace in ("default", "kube-system"):
            yield "subject must name a namespace of the workload's own"
    elif not subject or subject.endswith(":pull_request"):
        yield "subject must name one workload"
    if [text for text in props.read("audiences", provider_default=[]) if not text.startswith(_AUDIENCE)]:
        yield f"audiences must be {_AUDIENCE}"
