"""The real engine with the stand-in provider and a real API server, on a program of its own."""

import os
import uuid
from pathlib import Path

import pytest

from local.engine import Engine, EngineRefusedError
from local.providers import kubernetes_standin
from local.tools import Toolbox
from local.workspace import Workspace
from tests.live.standin_by_hand import CORE, NETWORKING, ByHand

pytestmark = pytest.mark.live

STAND_IN = Path(kubernetes_standin.__file__).parents[1] / "bin"
PROJECT = "name: standin-trial\nruntime: python\n"
PROGRAM = """\
import pulumi
import pulumi_kubernetes as k8s

config = pulumi.Config()
name = config.require("namespace")
provider = k8s.Provider("cluster", kubeconfig=config.require("kubeconfig"), cluster_identifier="trial")
opts = pulumi.ResourceOptions(provider=provider)
namespace = k8s.core.v1.Namespace("ns", metadata={"name": name}, opts=opts)
inside = pulumi.ResourceOptions(provider=provider, depends_on=[namespace], deleted_with=namespace)
k8s.networking.v1.NetworkPolicy(
    "deny",
    metadata={"name": "default-deny", "namespace": name},
    spec={"podSelector": {}, "policyTypes": ["Ingress"], "ingress": []},
    opts=inside,
)
k8s.core.v1.ResourceQuota(
    "quota",
    metadata={"name": "quota", "namespace": name},
    spec={"hard": {"requests.cpu": config.get("cpu") or "1000m"}},
    opts=inside,
)
k8s.rbac.v1.Role(
    "role",
    metadata={"name": "viewer", "namespace": name},
    rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": [config.get("verb") or "get"]}],
    opts=inside,
)
k8s.core.v1.ServiceAccountPatch(
    "account",
    metadata={"name": "default", "namespace": name},
    automount_service_account_token=False,
    opts=inside,
)
"""
RESOURCES = 7  # with the stack and the provider


@pytest.fixture
def namespace():
    return f"standin-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def pulumi(tmp_path, monkeypatch, control_plane, namespace):
    """Yield the engine on the program; destroy what is left of it."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(STAND_IN), os.environ["PATH"]]))
    root = tmp_path / "project"
    (root / "stacks").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text(PROJECT)
    (root / "__main__.py").write_text(PROGRAM)
    engine = Engine(Workspace(root=root, state=tmp_path / "state"), Toolbox(), quiet=True)
    _configure(engine, kubeconfig=str(control_plane.kubeconfig), namespace=namespace)
    yield engine
    engine.destroy("local")


def _configure(engine, **values):
    lines = [f"  standin-trial:{key}: {value}\n" for key, value in values.items()]
    (engine.workspace.root / "stacks" / "Pulumi.local.yaml").write_text("config:\n" + "".join(lines))


def test_a_program_is_created_once_repaired_and_destroyed(pulumi, control_plane, namespace):
    by_hand = ByHand(control_plane.kubeconfig)
    policy = f"{NETWORKING}/namespaces/{namespace}/networkpolicies/default-deny"
    assert f"+ {RESOURCES} to create" in pulumi.preview("local", policies=False)
    assert f"+ {RESOURCES} created" in pulumi.up("local", policies=False)
    assert f"{RESOURCES} unchanged" in pulumi.up("local", policies=False)
    assert f"{RESOURCES} unchanged" in pulumi.refresh("local")

    by_hand.patch(policy, {"spec": {"ingress": [{}]}})
    assert "~ 1 updated" in pulumi.refresh("local")
    assert "~ 1 updated" in pulumi.up("local", policies=False)
    assert "ingress" not in by_hand.get(policy)["spec"]
    assert f"{RESOURCES} unchanged" in pulumi.up("local", policies=False)

    pulumi.destroy("local")
    assert not by_hand.has(f"{CORE}/namespaces/{namespace}")
    assert pulumi.stacks() == {"local": 0}


def test_an_object_deleted_by_hand_is_made_anew(pulumi, control_plane, namespace):
    by_hand = ByHand(control_plane.kubeconfig)
    policy = f"{NETWORKING}/namespaces/{namespace}/networkpolicies/default-deny"
    pulumi.up("local", policies=False)
    by_hand.delete(policy)
    assert "- 1 deleted" in pulumi.refresh("local")
    assert "+ 1 created" in pulumi.up("local", policies=False)
    assert by_hand.has(policy)


def test_an_error_of_the_api_server_is_one_line_without_a_traceback(pulumi, control_plane, namespace):
    _configure(pulumi, kubeconfig=str(control_plane.kubeconfig), namespace=namespace, cpu="many")
    with pytest.raises(EngineRefusedError) as error:
        pulumi.up("local", policies=False)
    assert "Traceback" not in error.value.output
    assert f"ResourceQuota {namespace}/quota: " in error.value.output


def test_a_preview_needs_no_reachable_cluster(pulumi, tmp_path, control_plane, namespace):
    elsewhere = tmp_path / "kubeconfig"
    elsewhere.write_text(
        "{apiVersion: v1, kind: Config, current-context: x, "
        "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}], "
        "users: [{name: u, user: {token: t}}], contexts: [{name: x, context: {cluster: c, user: u}}]}"
    )
    _configure(pulumi, kubeconfig=str(elsewhere), namespace=namespace)
    output = pulumi.preview("local", policies=False)
    assert f"+ {RESOURCES} to create" in output
    assert "can't reach the API server at https://127.0.0.1:1" in output
