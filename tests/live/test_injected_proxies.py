"""What the production environments with a cloud's mesh have the API server say to that mesh: nothing of it is refused.

The cloud's injector is not there: `tests/injected.py` says what it makes of a pod.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest

from components.mesh import Mesh
from tests.injected import injected
from tests.live.admission import Admission
from tests.live.cluster import pod
from tests.live.conftest import RunningControlPlane
from tests.preview.test_prod_environments import declared

pytestmark = pytest.mark.live

MASTERS = ("system:masters",)
RESTRICTED = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "latest",
}
ISTIOD = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "istiod-test"},
    "rules": [
        {
            "apiGroups": ["admissionregistration.k8s.io"],
            "resources": ["mutatingwebhookconfigurations"],
            "verbs": ["get", "list", "watch", "update", "patch"],
        }
    ],
}
"""A right that the control planes of meshes have, and nobody else may be given."""
NODE_AGENTS = {"prod-azure": "aks-istio-system", "prod-gcp": "kube-system"}
"""Where the plugin runs that leads the calls of pods to their proxies."""
INSTALLERS = {"prod-azure": "aksService", "prod-gcp": "service-111122223333@gcp-sa-servicemesh.iam.gserviceaccount.com"}


@dataclass(frozen=True)
class Judging:
    cluster: Admission
    name: str
    proxies: str
    """Image of the proxies, named by a tag as injectors name it."""


@pytest.fixture(scope="module", params=sorted(INSTALLERS))
def judging(request: pytest.FixtureRequest, control_plane: RunningControlPlane) -> Iterator[Judging]:
    """The API server with an environment's own admission in force, once its waivers have ended."""
    settings = declared(request.param)
    assert settings.admission is not None
    args = settings.admission.model_copy(update={"kubernetes": settings.kubernetes, "parameters": settings.lists})
    mesh = settings.known_mesh
    assert isinstance(mesh, Mesh)
    assert mesh.cloud is not None
    cluster = Admission(control_plane.kubeconfig)
    with cluster.enforcing(args):
        yield Judging(cluster=cluster, name=request.param, proxies=f"{mesh.cloud.proxies}:1.30.1")


def of_tenant(name: str) -> dict[str, Any]:
    """A pod that an environment lets run, with its seccomp where proxies inherit it."""
    images = {"prod-azure": "prodazure4f505db7.azurecr.io", "prod-gcp": "europe-west3-docker.pkg.dev/example-prod"}
    made = pod()
    (container,) = made["spec"]["containers"]
    container["image"] = f"{images[name]}/payments/web@sha256:" + "0" * 64
    made["spec"]["securityContext"] = {"seccompProfile": {"type": "RuntimeDefault"}, "runAsUser": 10001}
    return made


def test_a_pod_of_a_tenant_starts_with_the_clouds_proxy(judging: Judging) -> None:
    made = injected(of_tenant(judging.name), judging.proxies)
    with judging.cluster.namespace(RESTRICTED) as namespace:
        answer = judging.cluster.send(made, namespace)
        assert answer.admitted, answer.message
        other = judging.cluster.send(injected(of_tenant(judging.name), "registry.example/proxyv2:1.30.1"), namespace)
        assert "image-registry-allowed" in other.message
        made["metadata"]["annotations"]["traffic.sidecar.istio.io/excludeInboundPorts"] = "15020,8443"
        assert "workload-not-outside-mesh" in judging.cluster.send(made, namespace).message


def test_a_pod_whose_seccomp_stands_in_its_container_alone_is_refused_for_its_proxy(judging: Judging) -> None:
    made = injected(of_tenant(judging.name), judging.proxies)
    del made["spec"]["securityContext"]["seccompProfile"]
    with judging.cluster.namespace(RESTRICTED) as namespace:
        assert "istio-proxy" in judging.cluster.send(made, namespace).message


def test_the_cloud_installs_rights_that_nobody_else_may_give(judging: Judging) -> None:
    answer = judging.cluster.send(ISTIOD, user=INSTALLERS[judging.name], groups=MASTERS)
    assert answer.admitted, answer.message
    assert "rbac-no-admission-changes" in judging.cluster.send(ISTIOD, user="somebody", groups=MASTERS).message


def test_what_sets_up_the_network_of_nodes_runs_where_the_cloud_runs_it_and_nowhere_else(judging: Judging) -> None:
    made = pod(privileged=True, allowPrivilegeEscalation=True)
    made["spec"]["volumes"] = [{"name": "cni", "hostPath": {"path": "/opt/cni/bin"}}]
    cluster, its_own = judging.cluster, NODE_AGENTS[judging.name]
    with nullcontext() if its_own == "kube-system" else cluster.namespace(name=its_own):
        answer = cluster.send(made, its_own)
    assert answer.admitted, answer.message
    with cluster.namespace() as namespace:
        assert cluster.send(made, namespace).denied_by_policy
