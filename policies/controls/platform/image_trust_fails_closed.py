"""Images that can't be verified don't run."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props, entries

_VERIFIER = "policy.sigstore.dev"


@control(
    title="Images don't run where their signatures can't be verified",
    severity=Severity.HIGH,
    types=objects.WEBHOOKS,
    why="A verifier that is let through when it is silent is switched off by whoever keeps it busy.",
    fix="Leave failurePolicy at Fail; two replicas and a disruption budget keep the verifier there.",
    url="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy",
)
def check(props: Props) -> Iterator[str]:
    for number, webhook in enumerate(entries(props.read("webhooks", provider_default=[]))):
        # Absent means Fail.
        if _VERIFIER in webhook["name"] and (webhook.get("failurePolicy") or "Fail") != "Fail":
            yield f"webhooks[{number}].failurePolicy lets images through that nobody verified"
