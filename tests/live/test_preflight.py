"""The preflight against the API server of the local control plane, which has no nodes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

from components.errors import UserError
from components.existing import preflight
from components.existing.facts import AnonymousAccess
from components.network_policy_engine import NetworkPolicyEngine

pytestmark = pytest.mark.live

NODE = "preflight-test"


@pytest.fixture
def kubeconfig(control_plane: Any) -> str:
    return Path(control_plane.kubeconfig).read_text()


@pytest.fixture
def core(control_plane: Any) -> Any:
    return client.CoreV1Api(config.new_client_from_config(str(control_plane.kubeconfig)))


@pytest.fixture
def node(core: Any) -> Iterator[str]:
    core.create_node({"metadata": {"name": NODE}})
    yield NODE
    core.delete_node(NODE)


def test_the_facts_of_the_local_control_plane_are_those_of_a_hardened_one_without_nodes(kubeconfig: str):
    facts = preflight.check(NetworkPolicyEngine.NO_NODES, kubeconfig)
    assert facts.minor in preflight.SUPPORTED_MINORS
    assert not facts.has_nodes
    assert facts.network_policy_engines == ()
    assert facts.pod_security_admission
    assert facts.validating_admission_policy
    assert facts.anonymous_access is AnonymousAccess.OFF


def test_no_nodes_is_refused_where_there_is_a_node(kubeconfig: str, node: str):
    with pytest.raises(UserError, match="no-nodes, but the cluster has nodes"):
        preflight.check(NetworkPolicyEngine.NO_NODES, kubeconfig)


def test_an_engine_that_does_not_run_is_refused(kubeconfig: str):
    with pytest.raises(UserError, match="is cilium, but no engine with a ready pod was found"):
        preflight.check(NetworkPolicyEngine.CILIUM, kubeconfig)


def test_the_preflight_writes_nothing(kubeconfig: str, core: Any):
    before = {item.metadata.name for item in core.list_namespace().items}
    preflight.read_facts(kubeconfig)
    assert {item.metadata.name for item in core.list_namespace().items} == before


def test_daemon_sets_are_read_over_several_pages(kubeconfig: str, control_plane: Any, monkeypatch: pytest.MonkeyPatch):
    from components.existing import cluster_reader

    apps: Any = client.AppsV1Api(config.new_client_from_config(str(control_plane.kubeconfig)))
    names = ["preflight-page-1", "preflight-page-2", "preflight-page-3"]
    read: list[str] = []
    monkeypatch.setattr(cluster_reader, "PAGE", 1)
    monkeypatch.setattr(cluster_reader, "recognise", lambda found: tuple(read.append(one.name) for one in found))
    for name in names:
        apps.create_namespaced_daemon_set("kube-system", daemon_set(name))
    try:
        preflight.read_facts(kubeconfig)
    finally:
        for name in names:
            apps.delete_namespaced_daemon_set(name, "kube-system")
    assert set(names) <= set(read)


def test_wrong_credentials_are_told_in_two_lines(control_plane: Any):
    known: Any = config.new_client_from_config(str(control_plane.kubeconfig)).configuration
    authority = Path(known.ssl_ca_cert).as_posix()
    kubeconfig = (
        "{apiVersion: v1, kind: Config, current-context: c,"
        " contexts: [{name: c, context: {cluster: c, user: u}}],"
        f" clusters: [{{name: c, cluster: {{server: '{known.host}', certificate-authority: '{authority}'}}}}],"
        " users: [{name: u, user: {token: not-a-token}}]}"
    )
    with pytest.raises(UserError) as caught:
        preflight.read_facts(kubeconfig)
    assert str(caught.value).startswith("the cluster refused to read /version: 401 Unauthorized\n")
    assert len(str(caught.value).splitlines()) == 2


def daemon_set(name: str) -> dict[str, Any]:
    labels = {"app": name}
    return {
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "main", "image": "registry.example.org/none"}]},
            },
        },
    }
