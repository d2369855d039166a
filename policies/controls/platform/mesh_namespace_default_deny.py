"""A namespace in a mesh of Linkerd denies every caller that no policy allows."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props

_INJECT, _DEFAULT = "linkerd.io/inject", "config.linkerd.io/default-inbound-policy"


@control(
    title="Every namespace in a mesh of Linkerd denies callers that no policy allows",
    severity=Severity.HIGH,
    types=("kubernetes:core/v1:Namespace",),
    why="Ports that no Server is about take whom the namespace's default lets in; by Linkerd's own, that is everybody.",
    fix="Create the namespace through a Tenant, which sets the annotation config.linkerd.io/default-inbound-policy.",
    url="https://linkerd.io/2-edge/features/server-policy/#default-policies",
)
def check(props: Props) -> Iterator[str]:
    """Ask for both: the injector reads the annotation, and is asked about namespaces with the label."""
    annotations = props.read("metadata.annotations", provider_default={})
    labels = props.read("metadata.labels", provider_default={})
    inside = {annotations.get(_INJECT), labels.get(_INJECT)} & {"enabled", "ingress"}
    if inside and annotations.get(_DEFAULT) != "deny":
        yield f"metadata.annotations[{_DEFAULT}] must be deny"
    if inside and annotations.get(_INJECT) != labels.get(_INJECT):
        yield f"metadata has {_INJECT} as a label or as an annotation alone: its pods get no proxy"
