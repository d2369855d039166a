"""The audit against an API server that is a table of answers."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from rich.console import Console

from components.errors import UserError
from policies import clock
from policies.catalogue import all_controls
from policies.control_file import NEWEST
from policies.evaluate import evaluate
from policies.model import Outcome, Resource, Stack
from policies.parameters import Parameters
from preview import audit, audit_scope, cluster_objects
from tests.policies.fixtures import cases

TODAY = clock.today()
RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
BOOTSTRAPPED = {"kubernetes.io/bootstrapping": "rbac-defaults"}


class Server:
    """Serves namespaces and pods; `answers` are given, one after the other, in the place of a list."""

    def __init__(self, items: Mapping[str, list[dict[str, Any]]], answers: list[tuple[int, dict[str, Any]]]) -> None:
        self.items = items
        self.answers = answers
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def get(self, path: str, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append((path, query))
        if path == "/api/v1":
            names = [{"name": "namespaces", "kind": "Namespace"}, {"name": "pods", "kind": "Pod"}]
            return 200, {"resources": [*names, {"name": "pods/log", "kind": "Pod"}]}
        if path.startswith("/apis/"):
            return 404, {}
        if path == "/api/v1/pods" and self.answers:
            return self.answers.pop(0)
        return 200, {"metadata": {}, "items": self.items.get(path.rpartition("/")[2], [])}

    def run(self, parameters: Parameters | None = None, *, minor: str = NEWEST, strict: bool = False) -> audit.Audit:
        chosen = parameters or Parameters.of()
        return audit.run("https://server", self.get, chosen, (), TODAY, minor=minor, strict=strict)


def test_pages_are_read_to_the_end_and_all_of_them_again_where_the_list_expired() -> None:
    first = (200, {"metadata": {"continue": "next"}, "items": [{"metadata": {"name": "stale", "namespace": "a"}}]})
    last = (200, {"metadata": {}, "items": [{"metadata": {"name": "fresh", "namespace": "a"}}]})
    server = Server({}, [first, (410, {}), last])
    snapshot = cluster_objects.read(server.get, ["kubernetes:core/v1:Pod"])
    assert [each.name for each in snapshot.resources] == ["a/fresh"]
    assert ("/api/v1/pods", {"limit": "500", "continue": "next"}) in server.asked


def test_a_list_that_expires_again_and_again_is_not_read() -> None:
    first = (200, {"metadata": {"continue": "next"}, "items": []})
    snapshot = cluster_objects.read(Server({}, [first, (410, {})] * 3).get, ["kubernetes:core/v1:Pod"])
    assert "3 times" in snapshot.unread["kubernetes:core/v1:Pod"]


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_kind_that_is_refused_makes_the_audit_partial_and_denied(status: int) -> None:
    found = Server({}, [(status, {})]).run()
    assert list(found.snapshot.unread) == ["kubernetes:core/v1:Pod"]
    assert str(status) in found.snapshot.unread["kubernetes:core/v1:Pod"]
    assert found.result.exit_code == 1


def failing(found: audit.Audit) -> set[str]:
    return {each.control.id for each in found.result.report.verdicts if each.outcome is Outcome.FAIL}


def test_the_lists_of_a_stack_hold_and_an_option_stands_over_them() -> None:
    image = "registry.example/app@sha256:" + "0" * 64
    pod = {"metadata": {"name": "a", "namespace": "a"}, "spec": {"containers": [{"name": "a", "image": image}]}}
    server = Server({"pods": [pod]}, [])
    stack = {"allowedRegistries": ["registry.example"]}
    assert "image-registry-allowed" not in failing(server.run(audit.parameters_of([], stack)))
    over = audit.parameters_of(["allowedRegistries=other.example"], stack)
    assert "image-registry-allowed" in failing(server.run(over))
    beside = audit.parameters_of(["allowedIngressClasses=internal"], stack)
    assert "image-registry-allowed" not in failing(server.run(beside))


def test_an_old_cluster_is_judged_by_what_its_minor_does() -> None:
    spec = {"containers": [], "securityContext": {"sysctls": [{"name": "net.ipv4.tcp_notsent_lowat", "value": "1"}]}}
    server = Server({"pods": [{"metadata": {"name": "a", "namespace": "a"}, "spec": spec}]}, [])
    assert "workload-sysctls-safe" not in failing(server.run())
    old = server.run(minor="1.30")
    assert "workload-sysctls-safe" in failing(old)
    assert '"kubernetes": "1.30"' in audit.render(old)


def test_the_report_for_a_person_says_what_was_not_judged() -> None:
    console = Console(record=True, width=120, file=io.StringIO())
    pod = {"metadata": {"name": "coredns", "namespace": "kube-system"}, "spec": {}}
    audit.write(Server({"pods": [pod]}, []).run(), console)
    audit.write(Server({}, [(403, {})]).run(), console)
    told = console.export_text()
    assert "not judged: 1 objects of Kubernetes itself (--include-system)" in told
    assert "system namespaces: kube-node-lease, kube-public, kube-system" in told
    assert "never read: Secret" in told
    assert "not read: v1 Pod: 403 Forbidden to list /api/v1/pods; bind the audit's ClusterRole" in told
    assert "audit: denied" in told


def test_wrong_credentials_are_the_users_error() -> None:
    with pytest.raises(UserError, match="401 Unauthorized"):
        Server({}, [(401, {})]).run()


def test_an_empty_cluster_is_allowed_and_what_it_does_not_serve_is_said() -> None:
    found = Server({}, []).run()
    assert found.result.exit_code == 0
    assert "kubernetes:apps/v1:Deployment" in found.snapshot.not_served
    assert {"api-version-current", "cluster-enforces-network-policy"} <= set(found.unjudged)
    assert "namespace-default-deny" not in found.unjudged


def test_no_secret_is_ever_asked_for() -> None:
    assert cluster_objects.SECRET not in cluster_objects.judged_types(all_controls())


def test_everything_that_a_control_looks_at_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()

    class Recording(Stack):
        def of_type(self, *types: str) -> list[Resource]:
            seen.update(types)
            return super().of_type(*types)

    monkeypatch.setattr("policies.evaluate.Stack", Recording)
    for case in cases():
        evaluate(case.resources, (), TODAY, [each for each in all_controls() if each.id == case.control])
    objects = {type_ for type_ in seen if type_.startswith("kubernetes:") and not type_.endswith("Patch")}
    read = set(cluster_objects.judged_types(all_controls()))
    unread = {each for each in objects - {cluster_objects.SECRET} if not {each, cluster_objects.stable(each)} & read}
    assert unread == set()


def test_an_owner_that_does_not_exist_or_is_no_controller_hides_nothing() -> None:
    reference = {"controller": True, "uid": "1"}
    replica_set = item("kubernetes:apps/v1:ReplicaSet", "owner", {"uid": "1"})
    config_map = item("kubernetes:core/v1:ConfigMap", "map", {"uid": "2"})
    owned = item("kubernetes:core/v1:Pod", "owned", {"uid": "3", "ownerReferences": [reference]})
    dangling = item("kubernetes:core/v1:Pod", "dangling", {"ownerReferences": [{**reference, "uid": "9"}]})
    by_map = item("kubernetes:core/v1:Pod", "by-map", {"ownerReferences": [{**reference, "uid": "2"}]})
    other = item("kubernetes:core/v1:Pod", "other", {"ownerReferences": [{"uid": "1"}]})
    assert audit_scope.owned([replica_set, config_map, owned, dangling, by_map, other]) == {owned.urn}


@pytest.mark.parametrize(
    ("name", "role", "subject", "system"),
    [
        ("cluster-admin", "cluster-admin", {"kind": "Group", "name": "system:masters"}, True),
        ("cluster-admin", "cluster-admin", {"kind": "User", "name": "mallory"}, False),
        ("system:kube-scheduler", "system:kube-scheduler", {"kind": "User", "name": "system:kube-scheduler"}, True),
        ("system:kube-scheduler", "cluster-admin", {"kind": "User", "name": "system:kube-scheduler"}, False),
        ("cluster-admin", "cluster-admin", {"kind": "Group", "name": "system:authenticated"}, False),
        ("cluster-admin", "cluster-admin", {"kind": "Group", "name": "system:serviceaccounts"}, False),
        ("cluster-admin", "cluster-admin", {"kind": "ServiceAccount", "name": "x", "namespace": "web"}, False),
        ("system:discovery", "system:discovery", {"kind": "Group", "name": "system:authenticated"}, True),
        ("system:discovery", "cluster-admin", {"kind": "Group", "name": "system:authenticated"}, False),
    ],
)
def test_only_what_kubernetes_binds_itself_is_left_out(
    name: str, role: str, subject: dict[str, str], *, system: bool
) -> None:
    body = {"roleRef": {"name": role}, "subjects": [subject]}
    binding = item(f"{RBAC}:ClusterRoleBinding", name, {"labels": BOOTSTRAPPED}, **body)
    assert audit_scope.is_system(binding) is system
    assert not audit_scope.is_system(item(f"{RBAC}:ClusterRoleBinding", name, {}, **body))


def item(type_: str, name: str, metadata: dict[str, Any], **body: Any) -> Resource:
    whole = {"metadata": {"name": name, **metadata}, **body}
    server = Server({"things": [whole]}, [])
    root, _, kind = type_.removeprefix("kubernetes:").partition(":")
    path = f"/{'api' if root.startswith('core/') else 'apis'}/{root.removeprefix('core/')}"

    def get(asked: str, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        served = {"resources": [{"name": "things", "kind": kind}]}
        return (200, served) if asked == path else server.get("/things", query)

    return cluster_objects.read(get, [type_]).resources[0]
