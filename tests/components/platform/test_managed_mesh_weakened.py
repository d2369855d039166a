"""What the platform makes of a cloud's mesh, weakened: no weakening escapes the controls."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.components.platform.test_managed_mesh import AUTHORIZATION, MEMBER, PEERS, ROOTS, not_passed, recorded
from tests.weakenings import each_weakened

WEAKENINGS: dict[str, tuple[str, str, str, Callable[[dict[str, Any]], Any]]] = {
    "no mutual TLS": ("aks", PEERS, "mesh-mtls-strict", lambda o: o["spec"]["mtls"].update(mode="PERMISSIVE")),
    "mutual TLS for some pods": (
        "gke",
        PEERS,
        "mesh-strict-everywhere",
        lambda o: o["spec"].update(selector={"matchLabels": {"a": "b"}}),
    ),
    "strict in another namespace": (
        "aks",
        PEERS,
        "mesh-strict-everywhere",
        lambda o: o["metadata"].update(namespace="istio-system"),
    ),
    "a revision that is not there": (
        "aks",
        "kubernetes:core/v1:Namespace",
        "mesh-namespace-injected",
        lambda o: o["metadata"]["labels"].update({"istio.io/rev": "asm-1-29"}),
    ),
    "no mesh on AKS": (
        "aks",
        "azure-native:containerservice:ManagedCluster",
        "mesh-namespace-injected",
        lambda o: o.pop("serviceMeshProfile"),
    ),
    "nobody manages the mesh on GKE": (
        "gke",
        MEMBER,
        "mesh-namespace-injected",
        lambda o: o["mesh"].update(management="MANAGEMENT_MANUAL"),
    ),
    "everything allowed": (
        "gke",
        AUTHORIZATION,
        "mesh-authorization-names-callers",
        lambda o: o["spec"].update(rules=[{}]),
    ),
}


@pytest.mark.parametrize("weakening", WEAKENINGS)
def test_no_weakening_escapes(weakening: str) -> None:
    kind, type_, control, weaken = WEAKENINGS[weakening]
    found = list(each_weakened(list(recorded(kind).values()), lambda each: each.type == type_, weaken))
    assert found
    for weakened in found:
        assert control in {each for each, _ in not_passed(weakened)}


@pytest.mark.parametrize("kind", ROOTS)
def test_what_is_missing_is_noticed(kind: str) -> None:
    resources = list(recorded(kind).values())
    strict = [each for each in resources if each.type == PEERS]
    denials = [each for each in resources if each.name.startswith("shop-") and each.name.endswith("-deny-all")]
    assert (len(strict), len(denials)) == (1, 2)
    for missing, control in (
        *((each, "mesh-strict-everywhere") for each in strict),
        *((each, "mesh-namespace-denies") for each in denials),
    ):
        left = [each for each in resources if each is not missing]
        assert control in {each for each, _ in not_passed(left)}
