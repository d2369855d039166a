"""What is inside a chart is seen by the other controls."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props, UnknownRead

_UNSEEN = "is false: this machine doesn't have the chart, so what is inside is not known. `make charts` obtains it"


@control(
    title="What a chart installs is rendered, so that policies see it",
    severity=Severity.HIGH,
    types=("secureclusters:platform:Chart",),
    why="A chart that only its operator unpacks brings workloads, roles and webhooks that no control has judged.",
    fix="Run `make charts` (`python -m local charts`), which fills the chart cache of this machine, and again.",
    url="https://helm.sh/docs/helm/helm_template/",
)
def check(props: Props) -> Iterator[str]:
    match props.read("rendered", provider_default=None):
        case True:
            return
        case False:
            # Nobody has looked inside, so nobody knows: neither a pass nor a violation.
            raise UnknownRead((*props.path, "rendered"), _UNSEEN)
        case _:
            yield "rendered does not say whether policies see the inside"
