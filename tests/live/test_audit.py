"""The audit against a real API server: what it finds, what it may read, what it says it could not."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from components.audit import role
from local.workspace import REPOSITORY
from policies import clock
from preview import audit
from preview.audit import Audit
from tests.live.cluster import Cluster, pod

pytestmark = pytest.mark.live

TODAY = clock.today()
PARAMETERS = audit.parameters_of(["allowedRegistries=registry.example"])
NAMESPACE = "audit-test"
BINDING = "audit-test-admins"
AUDITOR = "auditor"


@pytest.fixture(scope="module")
def cluster(control_plane: Any) -> Any:
    return Cluster(control_plane.kubeconfig)


@pytest.fixture
def planted(cluster: Any) -> Iterator[str]:
    """A namespace without any policy, with a privileged Deployment, and a user who is cluster-admin."""
    apps: Any = client.AppsV1Api(cluster.api)
    labels = {"pod-security.kubernetes.io/enforce": "privileged"}
    cluster.core.create_namespace({"metadata": {"name": NAMESPACE, "labels": labels}})
    apps.create_namespaced_deployment(NAMESPACE, deployment("weak", privileged=True, allowPrivilegeEscalation=True))
    cluster.rbac.create_cluster_role_binding(binding(BINDING, "cluster-admin", "User", "mallory"))
    yield NAMESPACE
    cluster.rbac.delete_cluster_role_binding(BINDING)
    delete_namespace(cluster, NAMESPACE)


@pytest.fixture
def auditor(cluster: Any, control_plane: Any, tmp_path: Path) -> Iterator[Path]:
    """The kubeconfig of a service account that has the audit's own role and no other right."""
    namespace = "audit-identity"
    cluster.core.create_namespace({"metadata": {"name": namespace}})
    cluster.core.create_namespaced_service_account(namespace, {"metadata": {"name": AUDITOR}})
    cluster.rbac.create_cluster_role(role.manifest())
    bound = binding(role.NAME, role.NAME, "ServiceAccount", AUDITOR)
    bound["subjects"] = [{"kind": "ServiceAccount", "name": AUDITOR, "namespace": namespace}]
    cluster.rbac.create_cluster_role_binding(bound)
    request: Any = {"spec": {"expirationSeconds": 600}}
    token = cluster.core.create_namespaced_service_account_token(AUDITOR, namespace, request).status.token
    kubeconfig = yaml.safe_load(Path(control_plane.kubeconfig).read_text())
    kubeconfig["users"] = [{"name": AUDITOR, "user": {"token": token}}]
    kubeconfig["contexts"][0]["context"]["user"] = AUDITOR
    kubeconfig["current-context"] = kubeconfig["contexts"][0]["name"]
    file = tmp_path / "kubeconfig"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(kubeconfig))
    yield file
    cluster.rbac.delete_cluster_role_binding(role.NAME)
    cluster.rbac.delete_cluster_role(role.NAME)
    delete_namespace(cluster, namespace)


def test_what_is_wrong_is_found_and_gone_once_it_is_removed(control_plane: Any, cluster: Any, planted: str) -> None:
    before = failures(audited(control_plane.kubeconfig))
    deployment_ = f"kubernetes:apps/v1:Deployment::{planted}/weak"
    assert ("workload-not-privileged", deployment_) in before
    assert ("namespace-default-deny", f"kubernetes:core/v1:Namespace::{planted}") in before
    assert ("rbac-no-cluster-admin", f"kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding::{BINDING}") in before
    client.AppsV1Api(cluster.api).delete_namespaced_deployment("weak", planted)
    cluster.rbac.patch_cluster_role_binding(
        BINDING, {"subjects": [{"kind": "Group", "name": "x", "apiGroup": "rbac.authorization.k8s.io"}]}
    )
    after = failures(audited(control_plane.kubeconfig))
    assert not any(key == deployment_ for _, key in after)
    assert ("rbac-binds-groups", f"kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding::{BINDING}") not in after


def test_a_fresh_cluster_has_no_finding_and_kubernetes_itself_is_judged_only_on_request(
    control_plane: Any, cluster: Any
) -> None:
    found = audited(control_plane.kubeconfig)
    of_other_tests = tuple(f"::{name}" for name in cluster.namespaces())
    assert not [key for _, key in failures(found) if not any(name in key for name in of_other_tests)]
    assert found.system > 0
    whole = audited(control_plane.kubeconfig, include_system=True)
    assert ("rbac-no-system-masters", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding::cluster-admin") in (
        failures(whole)
    )
    assert whole.system == 0


def test_somebody_added_to_the_built_in_admin_binding_is_found(control_plane: Any, cluster: Any) -> None:
    built_in = cluster.rbac.read_cluster_role_binding("cluster-admin")
    subjects = [{"kind": each.kind, "name": each.name, "apiGroup": each.api_group} for each in built_in.subjects]
    mallory = {"kind": "User", "name": "mallory", "apiGroup": "rbac.authorization.k8s.io"}
    cluster.rbac.patch_cluster_role_binding("cluster-admin", {"subjects": [*subjects, mallory]})
    try:
        found = failures(audited(control_plane.kubeconfig))
    finally:
        cluster.rbac.patch_cluster_role_binding("cluster-admin", {"subjects": subjects})
    assert any(key.endswith("ClusterRoleBinding::cluster-admin") for _, key in found)


def test_the_least_role_is_enough(auditor: Path) -> None:
    found = audited(auditor)
    assert found.snapshot.unread == {}
    assert any(resource.name == "audit-identity" for resource in found.result.resources)


def test_a_missing_right_is_told_by_kind_and_nothing_that_depends_on_it_passes(auditor: Path, cluster: Any) -> None:
    rules = role.manifest()["rules"]
    kept = [{**rule, "resources": [each for each in rule["resources"] if each != "networkpolicies"]} for rule in rules]
    cluster.rbac.patch_cluster_role(role.NAME, {"rules": kept})
    done = command("--kubeconfig", str(auditor), "--format", "json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    (kind,) = report["audit"]["notRead"]
    assert kind == "networking.k8s.io/v1 NetworkPolicy"
    assert report["audit"]["partial"]
    deny = [each["outcome"] for each in report["stacks"][0]["verdicts"] if each["control"] == "namespace-default-deny"]
    assert set(deny) == {"unknown"}


def test_more_objects_than_a_page_holds_are_all_read(control_plane: Any, cluster: Any, planted: str) -> None:
    total = 501
    for number in range(total):
        cluster.core.create_namespaced_config_map(planted, {"metadata": {"name": f"many-{number}"}, "data": {"a": "b"}})
    found = audited(control_plane.kubeconfig)
    names = {each.name for each in found.result.resources if each.name.startswith(f"{planted}/many-")}
    assert len(names) == total


def test_pods_are_judged_through_their_controller_and_bare_ones_by_themselves(
    control_plane: Any, cluster: Any, planted: str
) -> None:
    # There is no kubelet, and a StatefulSet that wants no replicas makes no pod: the test stands in for both.
    apps: Any = client.AppsV1Api(cluster.api)
    manifest = deployment("kept")
    manifest["spec"] |= {"replicas": 0, "serviceName": "kept"}
    owner = apps.create_namespaced_stateful_set(planted, manifest)
    reference = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "kept", "controller": True}
    owned = {"labels": {"app": "kept"}, "ownerReferences": [{**reference, "uid": owner.metadata.uid}]}
    # Another controller's finalizer keeps the pod that the StatefulSet has too many.
    kept: Any = {**pod(), "metadata": {"name": "kept-0", **owned, "finalizers": ["secureclusters.dev/test"]}}
    bare: Any = {**pod(), "metadata": {"name": "bare"}}
    for each in (kept, bare):
        cluster.core.create_namespaced_pod(planted, each)
    try:
        found = audited(control_plane.kubeconfig)
    finally:
        cluster.core.patch_namespaced_pod("kept-0", planted, {"metadata": {"finalizers": None}})
    names = {each.name for each in found.result.resources}
    assert f"{planted}/kept-0" not in names
    assert {f"{planted}/kept", f"{planted}/bare"} <= names
    assert found.owned >= 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give one of --kubeconfig FILE and --in-cluster"),
        (("--kubeconfig", "missing"), "the kubeconfig missing can't be read: No such file or directory"),
        (("--in-cluster", "--parameter", "allowed"), "--parameter 'allowed': write NAME=ITEM,ITEM"),
        (("--in-cluster", "--parameter", "registries=x"), "registries: no such parameter"),
        (("--in-cluster", "--stack", "nothing"), "there is no stack 'nothing'"),
        (("--in-cluster", "--kubernetes", "36"), "--kubernetes '36': write a minor such as 1."),
        (("--in-cluster",), "the kubeconfig can't be used"),
    ],
)
def test_what_can_not_be_asked_is_told_in_few_lines(arguments: tuple[str, ...], told: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) <= 3


def test_a_cluster_that_is_not_there_is_told_in_one_line(control_plane: Any, tmp_path: Path) -> None:
    kubeconfig = yaml.safe_load(Path(control_plane.kubeconfig).read_text())
    kubeconfig["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(kubeconfig))
    done = command("--kubeconfig", str(file))
    assert done.returncode == 2
    assert done.stderr == "error: the cluster at https://127.0.0.1:1 can't be reached: Connection refused\n"


def delete_namespace(cluster: Any, name: str) -> None:
    """Delete a namespace and wait until it is gone, so that the next test can have one of the same name."""
    cluster.core.delete_namespace(name)
    while name in cluster.namespaces():
        time.sleep(0.2)


def audited(kubeconfig: Path, *, include_system: bool = False) -> Audit:
    server, get = audit.connect(Path(kubeconfig).read_text(), None)
    return audit.run(server, get, PARAMETERS, (), TODAY, include_system=include_system)


def failures(found: Audit) -> set[tuple[str, str]]:
    verdicts = found.result.report.verdicts
    return {(each.control.id, each.resource.key) for each in verdicts if each.outcome in ("fail", "error")}


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "preview", "audit", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def binding(name: str, role_name: str, kind: str, subject: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role_name},
        "subjects": [{"kind": kind, "name": subject, "apiGroup": "rbac.authorization.k8s.io"}],
    }


def deployment(name: str, **security: Any) -> dict[str, Any]:
    labels = {"app": name}
    template = pod(**security)
    return {
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": template["spec"]},
        },
    }
