"""What is inside a chart is seen by the other controls."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Resource, Severity
from policies.values import Props, UnknownRead

_UNSEEN = "is false: this machine doesn't have the chart, so what is inside is not known. `make charts` obtains it"
_LATER = "is for the provider to do, at the update alone, so what is inside is not known"
_BY_PROVIDER = "by-provider"
_UNPACKED_LATER = (
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v4:Chart",
    "kubernetes:kustomize/v2:Directory",
    "kubernetes:yaml/v2:ConfigFile",
    "kubernetes:yaml/v2:ConfigGroup",
)
"""Types of the provider that bring objects of which a program registers none."""


def _rendered(resource: Resource) -> Iterator[Props]:
    yield Props({"rendered": _BY_PROVIDER}) if resource.judged_type in _UNPACKED_LATER else resource.props


@control(
    title="What a chart installs is rendered, so that policies see it",
    severity=Severity.HIGH,
    types=(objects.CHART, *_UNPACKED_LATER),
    parts=_rendered,
    why="A chart that only its operator unpacks brings workloads, roles and webhooks that no control has judged.",
    fix=(
        "Run `make charts` (`python -m local charts`), which fills the chart cache of this machine, and again; "
        "what the provider would unpack becomes a platform service, or is registered object by object."
    ),
    url="https://helm.sh/docs/helm/helm_template/",
)
def check(props: Props) -> Iterator[str]:
    match props.read("rendered", provider_default=None):
        case True:
            return
        case False:
            # Nobody has looked inside, so nobody knows: neither a pass nor a violation.
            raise UnknownRead((*props.path, "rendered"), _UNSEEN)
        case rendered if rendered == _BY_PROVIDER:
            raise UnknownRead((*props.path, "rendered"), _LATER)
        case _:
            yield "rendered does not say whether policies see the inside"
