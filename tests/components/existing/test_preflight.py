import sys
from dataclasses import replace
from pathlib import Path

import pytest

from components.errors import UserError
from components.existing import preflight
from components.existing.facts import AnonymousAccess, ClusterFacts
from components.existing.network_policy_engines import DaemonSet, recognise, signatures
from components.existing.preflight import compare, main
from components.network_policy_engine import NetworkPolicyEngine as Engine

WELL = ClusterFacts(
    server_version="v1.37.2",
    minor=37,
    network_policy_engines=(Engine.CILIUM,),
    has_nodes=True,
    pod_security_admission=True,
    validating_admission_policy=True,
    anonymous_access=AnonymousAccess.OFF,
)
DIGEST = f"@sha256:{'0' * 64}"


def daemon_set(name: str, *images: str, arguments: tuple[str, ...] = (), ready: int = 3) -> DaemonSet:
    return DaemonSet(name=name, images=images, arguments=arguments, ready=ready)


AWS = ("602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.20", "x/aws-network-policy-agent:v1.2")
RUNNING = [
    (Engine.ANTREA, daemon_set("antrea-agent", "antrea/antrea-agent-ubuntu:v2.4.0")),
    (Engine.AWS_VPC_CNI, daemon_set("aws-node", *AWS, arguments=("--enable-network-policy=true",))),
    (Engine.AZURE_NPM, daemon_set("azure-npm", "mcr.microsoft.com/containernetworking/azure-npm:v1.5")),
    (Engine.CALICO, daemon_set("calico-node", "docker.io/calico/node:v3.30.1")),
    (Engine.CALICO, daemon_set("calico-node", "registry.example.org:5000/mirror/calico-node" + DIGEST)),
    (Engine.CANAL, daemon_set("canal", "calico/node:v3.30.1", "flannel/flannel:v0.27")),
    (Engine.CANAL, daemon_set("rke2-canal", "rancher/hardened-calico:v3.30", "rancher/hardened-flannel:v0")),
    (Engine.CILIUM, daemon_set("cilium", "quay.io/cilium/cilium:v1.18.1" + DIGEST)),
    (Engine.GKE_DATAPLANE_V2, daemon_set("anetd", "gke.gcr.io/cilium/cilium:v1.16-gke")),
    (Engine.KUBE_NETWORK_POLICIES, daemon_set("kube-network-policies", "r.io/kube-network-policies:v1")),
    (Engine.KUBE_ROUTER, daemon_set("kube-router", "docker.io/cloudnativelabs/kube-router:v2")),
    (Engine.OVN_KUBERNETES, daemon_set("ovnkube-node", "quay.io/openshift-release-dev/ocp-v4" + DIGEST)),
]


@pytest.mark.parametrize(("engine", "running"), RUNNING)
def test_an_engine_is_recognised_by_its_daemon_set(engine: Engine, running: DaemonSet):
    assert recognise([daemon_set("kube-proxy", "registry.k8s.io/kube-proxy:v1.37.2"), running]) == (engine,)


@pytest.mark.parametrize(("engine", "running"), RUNNING)
def test_an_engine_without_a_ready_pod_enforces_nothing(engine: Engine, running: DaemonSet):
    assert recognise([replace(running, ready=0)]) == ()


@pytest.mark.parametrize(
    "running",
    [
        pytest.param(daemon_set("kube-flannel-ds", "ghcr.io/flannel-io/flannel:v0.27"), id="flannel alone"),
        pytest.param(daemon_set("aws-node", *AWS), id="VPC CNI without the flag"),
        pytest.param(daemon_set("aws-node", *AWS, arguments=("--enable-network-policy=false",)), id="VPC CNI, off"),
        pytest.param(
            daemon_set("kube-router", "cloudnativelabs/kube-router", arguments=("--run-firewall=false",)),
            id="kube-router as a router only",
        ),
        pytest.param(daemon_set("cilium-envoy", "quay.io/cilium/cilium-envoy:v1"), id="a part of Cilium"),
        pytest.param(daemon_set("cilium", "docker.io/library/nginx:1"), id="another image"),
    ],
)
def test_what_does_not_enforce_is_not_taken_for_an_engine(running: DaemonSet):
    assert recognise([running]) == ()


def test_chained_engines_are_all_found():
    both = [daemon_set("cilium", "cilium/cilium"), daemon_set("calico-node", "calico/node")]
    assert recognise(both) == (Engine.CALICO, Engine.CILIUM)


def test_the_table_explains_every_engine_that_enforces_and_only_those():
    known = {signature.engine for signature in signatures()}
    assert known == set(Engine) - {Engine.NONE, Engine.NO_NODES, Engine.EKS_AUTO}
    assert all(signature.reason.endswith(".") for signature in signatures())
    assert {engine for engine in Engine if not engine.enforces} == {Engine.NONE}


def test_a_cluster_as_declared_has_no_problem():
    assert compare(Engine.CILIUM, WELL) == []


@pytest.mark.parametrize(
    ("declared", "facts", "problem"),
    [
        (Engine.CILIUM, replace(WELL, minor=33, server_version="v1.33.4"), "upgrade it to 1.34 or newer"),
        (Engine.CILIUM, replace(WELL, pod_security_admission=False), "remove PodSecurity from"),
        (Engine.CILIUM, replace(WELL, validating_admission_policy=False), "--runtime-config"),
        (Engine.CILIUM, replace(WELL, anonymous_access=AnonymousAccess.ON), "delete the bindings"),
        (Engine.CALICO, WELL, "is calico, but cilium runs; declare that"),
        (Engine.CALICO, replace(WELL, network_policy_engines=()), "install it"),
        (Engine.NONE, WELL, "is none, but cilium runs; declare it"),
        (Engine.NO_NODES, WELL, "is no-nodes, but the cluster has nodes; declare cilium"),
        (Engine.NO_NODES, replace(WELL, network_policy_engines=()), "or install an engine"),
    ],
)
def test_a_problem_is_one_line_that_says_what_to_do(declared: Engine, facts: ClusterFacts, problem: str):
    [line] = compare(declared, facts)
    assert problem in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("declared", "facts"),
    [
        (Engine.NO_NODES, replace(WELL, has_nodes=False, network_policy_engines=())),
        (Engine.NONE, replace(WELL, network_policy_engines=())),
        (Engine.CALICO, replace(WELL, network_policy_engines=(Engine.CALICO, Engine.CILIUM))),
        (Engine.CILIUM, replace(WELL, anonymous_access=AnonymousAccess.LIMITED)),
        (Engine.CILIUM, replace(WELL, minor=38, server_version="v1.38.0")),
    ],
)
def test_what_is_declared_and_true_is_no_problem(declared: Engine, facts: ClusterFacts):
    assert compare(declared, facts) == []


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch):
    broken = replace(WELL, pod_security_admission=False, network_policy_engines=(), minor=30)
    monkeypatch.setattr(preflight, "read_facts", lambda *_: broken)
    with pytest.raises(UserError) as caught:
        preflight.check(Engine.CILIUM, "kubeconfig")
    assert str(caught.value).count("\n- ") == 3


@pytest.mark.parametrize(("declared", "code"), [("cilium", 0), ("calico", 1)])
def test_the_command_line_shows_the_facts_and_exits_by_the_problems(
    declared: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(preflight, "read_facts", lambda *_: WELL)
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.touch()
    assert main(["--kubeconfig", str(kubeconfig), "--network-policy-engine", declared]) == code
    output = capsys.readouterr().out
    assert "network policy engine      cilium" in output
    assert ("problem: " in output) == bool(code)


_KUBECONFIG = """\
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
current-context: c
clusters: {clusters}
users: [{{name: u, user: {{token: secret-token}}}}]
"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "can't be read: No such file"),
        ("just text", "the kubeconfig can't be used"),
        ("{", "the kubeconfig can't be used"),
        ("", "the kubeconfig can't be used"),
        ("[]", "the kubeconfig can't be used"),
        (_KUBECONFIG.format(clusters=3), "the kubeconfig can't be used"),
        (_KUBECONFIG.format(clusters="[{name: c, cluster: {server: 'http://127.0.0.1:1'}}]"), "not an https://"),
        (_KUBECONFIG.format(clusters="[{name: c, cluster: {server: 'https://127.0.0.1:1'}}]"), "can't be reached"),
    ],
)
def test_a_broken_kubeconfig_is_told_in_two_lines_at_most(
    content: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    kubeconfig = tmp_path / "kubeconfig"
    if content is not None:
        kubeconfig.write_text(content)
    assert main(["--kubeconfig", str(kubeconfig)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) <= 2
    assert "secret-token" not in error


def test_a_missing_client_library_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "components.existing.cluster_reader", raising=False)
    monkeypatch.delattr("components.existing.cluster_reader", raising=False)
    monkeypatch.setitem(sys.modules, "kubernetes", None)
    with pytest.raises(UserError, match="pip install"):
        preflight.read_facts("")
