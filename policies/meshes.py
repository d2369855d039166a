"""How meshes look to the controls: which a cloud runs, and which namespaces are in one. Pure readers, no rule."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies import azure, gcp, objects
from policies.model import Resource, Stack
from policies.values import Props, entries

_OWN = "istiod"
_AKS, _GKE = "aks-istio-system", "istio-system"
_PROXIES = frozenset({"mcr.microsoft.com/oss/v2/istio/proxyv2@**", "gcr.io/gke-release/asm/proxyv2@**"})
"""Patterns of the proxies that clouds put into pods. Neither Microsoft nor Google signs them as Sigstore does."""
_AUTOMATIC = "MANAGEMENT_AUTOMATIC"
_REVISION = "istio.io/rev"


def roots(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Yield what makes each mesh of a stack, with its root namespace, whose policies are those of the whole mesh."""
    for chart in stack.of_type(objects.CHART):
        if chart.props.read("chart", provider_default="") == _OWN:
            yield chart, chart.props.read("namespace", provider_default="")
    for cluster in stack.of_type(azure.CLUSTER):
        if _has_mesh(cluster):
            yield cluster, _AKS
    for member in stack.of_type(gcp.FEATURE_MEMBERSHIP):
        if member.props.read("mesh", provider_default=None):
            yield member, _GKE


def is_about_proxies(policy: Props) -> bool:
    """Return whether a policy on images is about the proxies of clouds' meshes and nothing else."""
    globs = [image.get("glob") for image in entries(policy.read("spec.images", provider_default=[]))]
    return bool(globs) and set(globs) <= _PROXIES


def takes_in(labels: Mapping[str, Any]) -> bool:
    """Return whether the labels of a namespace take its pods into a mesh, of one's own or of a cloud."""
    return (
        labels.get("istio.io/dataplane-mode") == "ambient"
        or labels.get("istio-injection") == "enabled"
        or bool(labels.get(_REVISION))
    )


def lacks_injector(labels: Mapping[str, Any], stack: Stack) -> bool:
    """Return whether labels ask for the proxies of a cloud's mesh, and no cluster of that cloud in the stack has it.

    A stack without such a cluster says nothing of what its cluster has.
    """
    revision = labels.get(_REVISION) or ""
    on_azure = stack.of_type(azure.CLUSTER)
    if on_azure and revision.startswith("asm-"):
        return revision not in {each for cluster in on_azure for each in _revisions(cluster)}
    if stack.of_type(gcp.CLUSTER) and (labels.get("istio-injection") == "enabled" or revision.startswith("asm-")):
        return not any(_is_managed(each) for each in stack.of_type(gcp.FEATURE_MEMBERSHIP))
    return False


def _has_mesh(cluster: Resource) -> bool:
    return cluster.props.read("serviceMeshProfile.mode", provider_default="Disabled") == "Istio"


def _revisions(cluster: Resource) -> list[str]:
    return cluster.props.read("serviceMeshProfile.istio.revisions", provider_default=[]) if _has_mesh(cluster) else []


def _is_managed(member: Resource) -> bool:
    return member.props.read("mesh.management", provider_default="MANAGEMENT_UNSPECIFIED") == _AUTOMATIC
