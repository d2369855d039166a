"""Which rights a change gives and takes."""

from policies.model import Resource
from preview import permissions
from preview.change import rights
from preview.change.model import RightsChange
from tests.preview.cluster import resource

RBAC = "rbac.authorization.k8s.io"
READ = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}
WRITE = {"apiGroups": [""], "resources": ["pods"], "verbs": ["create"]}
ALL = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}


def role(*rules: dict) -> Resource:
    return resource("ClusterRole", "r", rules=list(rules))


def binding(namespace: str | None = None, group: str = "devs") -> Resource:
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    subjects = [{"kind": "Group", "name": group, "apiGroup": RBAC}]
    return resource(kind, "b", namespace, roleRef={"kind": "ClusterRole", "name": "r"}, subjects=subjects)


def compared(before: list[Resource], after: list[Resource]) -> tuple[list[RightsChange], list[RightsChange]]:
    gained, lost = rights.compare(permissions.of(before), permissions.of(after))
    return list(gained), list(lost)


def test_a_new_rule_is_gained_alone() -> None:
    (gained,), lost = compared([role(READ), binding("shop")], [role(READ, WRITE), binding("shop")])
    assert (gained.subject, gained.where, gained.rights) == ("Group devs", "shop", ("create: pods",))
    assert gained.dangers == ("service-account-through-pod",)
    assert lost == []


def test_what_goes_is_lost() -> None:
    gained, (lost,) = compared([role(READ, WRITE), binding("shop")], [role(READ), binding("shop")])
    assert gained == []
    assert lost.rights == ("create: pods",)


def test_what_a_wildcard_gave_already_is_not_gained() -> None:
    gained, (lost,) = compared([role(ALL), binding("shop")], [role(READ), binding("shop")])
    assert gained == []
    assert lost.rights == ("*: */*",)


def test_a_binding_for_the_whole_cluster_takes_nothing_from_the_namespace() -> None:
    (gained,), lost = compared([role(READ), binding("shop")], [role(READ), binding()])
    assert gained.where == "the whole cluster"
    assert lost == []


def test_the_same_rights_in_more_namespaces_are_one_line() -> None:
    more = [binding(each) for each in ("a", "b", "c", "d", "e")]
    (gained,), _ = compared([role(READ)], [role(READ), *more])
    assert (gained.where, gained.rights) == ("a, b, c and 2 more", ("get, list: pods",))


def test_another_name_for_the_same_role_gives_and_takes_nothing() -> None:
    renamed = resource("ClusterRole", "other", rules=[READ])
    bound = resource(
        "RoleBinding",
        "b",
        "shop",
        roleRef={"kind": "ClusterRole", "name": "other"},
        subjects=[{"kind": "Group", "name": "devs", "apiGroup": RBAC}],
    )
    assert compared([role(READ), binding("shop")], [renamed, bound]) == ([], [])


def test_rights_on_named_objects_say_which() -> None:
    named = {**READ, "verbs": ["get"], "resourceNames": ["one"]}
    (gained,), _ = compared([], [role(named), binding("shop")])
    assert gained.rights == ("get: pods[one]",)
