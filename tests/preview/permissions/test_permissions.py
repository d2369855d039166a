"""Who can do what: the hard cases of RBAC, and the dangers that are named."""

from typing import Any

import pytest

from policies.model import Resource
from policies.values import UNKNOWN
from preview import permissions
from preview.permissions import Identity, Request, Subject, report
from preview.permissions.subjects import SubjectKind
from tests.preview.cluster import resource

ANNE = Identity.of(Subject(SubjectKind.USER, "anne"))
USER = {"kind": "User", "name": "anne"}


def rule(verbs: str, resources: str = "", groups: str = "", **more: Any) -> dict[str, Any]:
    return {
        "verbs": verbs.split(),
        "apiGroups": groups.split(",") if resources else [],
        "resources": resources.split(),
        **more,
    }


def role(*rules: dict[str, Any], namespace: str = "a", name: str = "r") -> Resource:
    return resource("Role", name, namespace, rules=list(rules))


def cluster_role(
    *rules: dict[str, Any], name: str = "c", labels: dict[str, str] | None = None, **more: Any
) -> Resource:
    return resource("ClusterRole", name, metadata={"labels": labels or {}}, rules=list(rules), **more)


def bound(kind: str, name: str, *subjects: dict[str, Any], namespace: str | None = "a") -> Resource:
    binding = "ClusterRoleBinding" if namespace is None else "RoleBinding"
    who = list(subjects) or [USER]
    return resource(binding, f"b-{name}", namespace, roleRef={"kind": kind, "name": name}, subjects=who)


def can(resources: list[Resource], identity: Identity = ANNE, /, **asked: Any) -> bool:
    return permissions.of(resources).allows(identity, Request(**asked))


def test_without_a_binding_nobody_may_do_anything():
    assert not can([cluster_role(rule("*", "*", "*"))], verb="get", resource="pods")


def test_a_role_holds_in_its_namespace_and_nowhere_else():
    objects = [role(rule("get", "pods")), bound("Role", "r")]
    assert can(objects, verb="get", resource="pods", namespace="a")
    assert not can(objects, verb="get", resource="pods", namespace="b")
    assert not can(objects, verb="get", resource="pods"), "nor for all namespaces together"


def test_a_cluster_role_holds_where_its_binding_says():
    inside = [cluster_role(rule("get", "pods")), bound("ClusterRole", "c")]
    assert can(inside, verb="get", resource="pods", namespace="a")
    assert not can(inside, verb="get", resource="pods", namespace="b")
    everywhere = [cluster_role(rule("get", "pods")), bound("ClusterRole", "c", namespace=None)]
    assert can(everywhere, verb="get", resource="pods", namespace="b")
    assert can(everywhere, verb="get", resource="pods")


@pytest.mark.parametrize(
    ("given", "asked", "allowed"),
    [
        ("pods", "pods/log", False),
        ("pods/log", "pods", False),
        ("pods/log", "pods/log", True),
        ("*", "pods/exec", True),
        ("*/scale", "deployments/scale", True),
        ("*/scale", "deployments", False),
        ("*/scale", "deployments/status", False),
        ("pods/*", "pods/log", False),
    ],
)
def test_a_subresource_is_a_resource_of_its_own_and_has_its_own_wildcard(given, asked, allowed):
    objects = [role(rule("get", given)), bound("Role", "r")]
    assert can(objects, verb="get", resource=asked, namespace="a") is allowed


def test_a_group_is_meant_exactly_and_the_empty_one_is_the_core():
    objects = [role(rule("get", "things", "apps")), bound("Role", "r")]
    assert can(objects, verb="get", group="apps", resource="things", namespace="a")
    assert not can(objects, verb="get", resource="things", namespace="a")
    wild = [role(rule("get", "things", "*")), bound("Role", "r")]
    assert can(wild, verb="get", resource="things", namespace="a")


def test_resource_names_allow_nothing_without_a_name():
    objects = [role(rule("get list create", "secrets", resourceNames=["one"])), bound("Role", "r")]
    assert can(objects, verb="get", resource="secrets", name="one", namespace="a")
    assert not can(objects, verb="get", resource="secrets", name="two", namespace="a")
    assert not can(objects, verb="list", resource="secrets", namespace="a")
    every = [role(rule("get", "secrets", resourceNames=[])), bound("Role", "r")]
    assert can(every, verb="get", resource="secrets", name="two", namespace="a"), "an empty list limits nothing"


@pytest.mark.parametrize(
    ("given", "asked", "allowed"),
    [
        ("/logs", "/logs", True),
        ("/logs", "/logs/a", False),
        ("/logs/*", "/logs/a/b", True),
        ("/logs/*", "/logs", False),
        ("*", "/x", True),
    ],
)
def test_paths_end_with_a_star_or_mean_themselves_and_hold_in_the_whole_cluster_only(given, asked, allowed):
    of_paths = cluster_role(rule("get", nonResourceURLs=[given]))
    assert can([of_paths, bound("ClusterRole", "c", namespace=None)], verb="get", path=asked) is allowed
    assert not can([of_paths, bound("ClusterRole", "c")], verb="get", path=asked)


def test_an_aggregated_role_has_the_rules_of_what_it_selects_and_none_of_its_own():
    chosen = {"clusterRoleSelectors": [{"matchLabels": {"to": "x"}}, {"matchLabels": {"to": "y"}}]}
    objects = [
        cluster_role(rule("delete", "pods"), name="whole", aggregationRule=chosen, labels={"to": "z"}),
        cluster_role(rule("get", "pods"), name="one", labels={"to": "x"}),
        cluster_role(
            name="two", aggregationRule={"clusterRoleSelectors": [{"matchLabels": {"to": "deep"}}]}, labels={"to": "y"}
        ),
        cluster_role(rule("list", "pods"), name="three", labels={"to": "deep"}),
        bound("ClusterRole", "whole"),
    ]
    assert can(objects, verb="get", resource="pods", namespace="a")
    assert can(objects, verb="list", resource="pods", namespace="a"), "through an aggregated role in between"
    assert not can(objects, verb="delete", resource="pods", namespace="a"), "the controller overwrites these"


def test_roles_that_aggregate_one_another_end():
    other = {"clusterRoleSelectors": [{}]}
    objects = [cluster_role(name=name, aggregationRule=other) for name in ("x", "y")]
    assert can(
        [*objects, cluster_role(rule("get", "pods")), bound("ClusterRole", "x")],
        verb="get",
        resource="pods",
        namespace="a",
    )


@pytest.mark.parametrize(
    "subject",
    [
        {"kind": "ServiceAccount", "name": "app", "namespace": "n"},
        {"kind": "User", "name": "system:serviceaccount:n:app"},
        {"kind": "Group", "name": "system:serviceaccounts"},
        {"kind": "Group", "name": "system:serviceaccounts:n"},
        {"kind": "Group", "name": "system:authenticated"},
    ],
)
def test_a_service_account_is_bound_by_its_name_and_by_the_groups_it_is_in_by_itself(subject):
    app = Identity.of(Subject(SubjectKind.SERVICE_ACCOUNT, "app", "n"))
    objects = [role(rule("get", "pods")), bound("Role", "r", subject)]
    assert can(objects, app, verb="get", resource="pods", namespace="a")
    stranger = Identity.of(Subject(SubjectKind.GROUP, "system:unauthenticated"))
    assert not can(objects, stranger, verb="get", resource="pods", namespace="a")


def test_a_service_account_without_a_namespace_is_one_of_the_bindings():
    objects = [role(rule("get", "pods")), bound("Role", "r", {"kind": "ServiceAccount", "name": "app"})]
    for namespace, allowed in (("a", True), ("b", False)):
        app = Identity.of(Subject(SubjectKind.SERVICE_ACCOUNT, "app", namespace))
        assert can(objects, app, verb="get", resource="pods", namespace="a") is allowed


def test_the_superusers_may_do_everything_whatever_is_bound():
    masters = Identity.of(Subject(SubjectKind.GROUP, "system:masters"))
    assert can([], masters, verb="get", path="/x")
    assert can([bound("ClusterRole", "cluster-admin", namespace=None)], verb="x", group="y", resource="z"), "built in"


def test_a_role_that_is_not_recorded_is_named_and_grants_nothing():
    found = permissions.of([bound("ClusterRole", "edit"), bound("Role", "gone")])
    assert found.unresolved == ("ClusterRole edit", "Role a/gone")
    assert not found.allows(ANNE, Request(verb="get", resource="pods", namespace="a"))


def test_what_is_not_known_yet_is_left_out_and_named():
    unknown = resource("ClusterRole", "c", rules=UNKNOWN)
    who = resource("RoleBinding", "who", "a", roleRef={"kind": "ClusterRole", "name": "c"}, subjects=UNKNOWN)
    found = permissions.of([unknown, bound("ClusterRole", "c"), who])
    key = "kubernetes:rbac.authorization.k8s.io/v1"
    assert found.not_known == (f"{key}:ClusterRole::/c", f"{key}:RoleBinding::a/who")
    assert found.unresolved == ()


def dangers(*rules: dict[str, Any], namespace: str | None = None) -> dict[str, bool]:
    found = permissions.of([cluster_role(*rules), bound("ClusterRole", "c", namespace=namespace)])
    return {each.id: each.limited for holding in found.holdings for each in holding.dangers}


@pytest.mark.parametrize(
    ("given", "danger"),
    [
        (rule("create", "pods"), "service-account-through-pod"),
        (rule("patch", "daemonsets", "apps"), "service-account-through-pod"),
        (rule("patch", "cronjobs", "batch"), "service-account-through-pod"),
        (rule("update", "replicasets", "apps"), "service-account-through-pod"),
        (rule("get", "pods/exec"), "service-account-through-exec"),
        (rule("patch", "pods"), "service-account-through-exec"),
        (rule("create", "serviceaccounts/token"), "service-account-token"),
        (rule("list", "secrets"), "secrets-read"),
        (rule("bind", "clusterroles", "rbac.authorization.k8s.io"), "bind"),
        (rule("escalate", "roles", "rbac.authorization.k8s.io"), "escalate"),
        (rule("escalate", "clusterroles", "rbac.authorization.k8s.io"), "escalate-in-cluster"),
        (rule("impersonate", "serviceaccounts"), "impersonate"),
        (rule("impersonate", "groups"), "impersonate-anybody"),
        (rule("get", "nodes/proxy"), "nodes-proxy"),
        (rule("approve", "signers", "certificates.k8s.io"), "certificate-approval"),
        (rule("update", "certificatesigningrequests/approval", "certificates.k8s.io"), "certificate-approval"),
        (rule("create", "mutatingwebhookconfigurations", "admissionregistration.k8s.io"), "admission-changed"),
        (rule("patch", "validatingadmissionpolicybindings", "admissionregistration.k8s.io"), "admission-changed"),
        (rule("create", "persistentvolumes"), "host-path-volume"),
        (rule("patch", "namespaces"), "namespace-relabelled"),
        (rule("delete", "networkpolicies", "networking.k8s.io"), "isolation-changed"),
        (rule("deletecollection", "networkpolicies", "networking.k8s.io"), "isolation-changed"),
    ],
)
def test_each_dangerous_right_is_named_alone(given, danger):
    assert dangers(given) == {danger: False}


def test_harmless_rights_are_no_danger_and_wildcards_are_every_one():
    assert dangers(rule("get list watch", "pods pods/log configmaps"), rule("create", "services")) == {}
    everything = dangers(rule("*", "*", "*"))
    assert {"everything", "secrets-read", "bind", "nodes-proxy", "impersonate-anybody"} <= set(everything)
    some = dangers(rule("*", "secrets"))
    assert set(some) == {"secrets-read", "secrets-written"}


def test_what_lies_in_no_namespace_is_no_danger_inside_one():
    assert dangers(rule("get", "nodes/proxy"), namespace="a") == {}
    assert dangers(rule("get", "secrets"), namespace="a") == {"secrets-read": False}


def test_a_danger_with_named_objects_alone_says_so():
    named = rule("get", "secrets", resourceNames=["one"])
    assert dangers(named) == {"secrets-read": True}
    assert dangers(named, rule("get", "secrets")) == {"secrets-read": False}


def test_namespaces_in_which_a_subject_may_do_the_same_stand_together():
    objects = [cluster_role(rule("get", "pods")), *(bound("ClusterRole", "c", namespace=each) for each in "abc")]
    (holding,) = permissions.of(objects).holdings
    assert holding.namespaces == ("a", "b", "c")
    assert holding.verbs() == {"pods": ("get",)}


def test_a_subject_holds_what_the_groups_hold_that_it_is_in_by_itself():
    everyone = bound("ClusterRole", "c", {"kind": "Group", "name": "system:authenticated"}, namespace=None)
    objects = [cluster_role(rule("get", "secrets")), everyone, role(), bound("Role", "r")]
    found = {str(each.subject): each.namespaces for each in permissions.of(objects).holdings if each.dangers}
    assert found == {"Group system:authenticated": None, "User anne": None}


def test_the_superusers_hold_everything_however_little_is_bound():
    masters = bound("ClusterRole", "c", {"kind": "Group", "name": "system:masters"})
    holdings = permissions.of([cluster_role(rule("get", "pods")), masters]).holdings
    (everywhere,) = [each for each in holdings if each.namespaces is None]
    assert everywhere.verbs() == {"*": ("*",), "*/*": ("*",)}
    assert "everything" in {each.id for each in everywhere.dangers}


def test_the_report_names_dangers_and_the_json_report_everything():
    named = rule("get", "secrets", resourceNames=["one"])
    objects = [
        cluster_role(named, rule("get", "deployments", "apps")),
        bound("ClusterRole", "c"),
        bound("ClusterRole", "edit"),
    ]
    found = permissions.of(objects)
    assert list(report.lines(found)) == [
        "permissions: 1 subject, 1 with dangerous rights",
        "  User anne in a (ClusterRole c, ClusterRole edit): secrets-read (named objects)",
        "  not recorded, so not judged: ClusterRole edit",
    ]
    (holding,) = report.as_json(found)["holdings"]
    assert holding["verbs"] == {"apps/deployments": ["get"], "secrets[one]": ["get"]}
    assert holding["dangers"][0]["limited"] is True
    assert list(report.lines(permissions.of([]))) == []
