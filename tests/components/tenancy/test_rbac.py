"""The ready roles: what each may do, and above all what it may not."""

from components.tenancy.rbac import ROLES, Role


def verbs(role: Role, resource: str, group: str = "") -> set[str]:
    return {
        verb
        for rule_group, resources, rule_verbs in ROLES[role]
        if rule_group == group and resource in resources
        for verb in rule_verbs
    }


def test_no_role_has_a_wildcard_or_lets_its_holder_gain_rights() -> None:
    for role, rules in ROLES.items():
        for group, resources, rule_verbs in rules:
            assert "*" not in (group, *resources, *rule_verbs), role
            assert not {"bind", "escalate", "impersonate"} & set(rule_verbs), role
            assert "serviceaccounts/token" not in resources, role


def test_no_role_writes_rbac_or_the_limits_that_hold_the_tenant() -> None:
    write = {"create", "update", "patch", "delete", "deletecollection"}
    for role in Role:
        for resource in ("roles", "rolebindings", "clusterroles", "clusterrolebindings"):
            assert not verbs(role, resource, "rbac.authorization.k8s.io") & write, role
        for resource in ("resourcequotas", "limitranges", "namespaces"):
            assert not verbs(role, resource) & write, role


def test_only_operators_and_break_glass_reach_secrets() -> None:
    assert {role for role in Role if verbs(role, "secrets")} == {Role.OPERATOR, Role.BREAK_GLASS}


def test_viewers_and_developers_open_no_shell() -> None:
    for role in (Role.VIEWER, Role.DEVELOPER):
        for resource in ("pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers", "pods/proxy"):
            assert not verbs(role, resource), role


def test_viewers_only_read() -> None:
    assert {verb for _, _, rule_verbs in ROLES[Role.VIEWER] for verb in rule_verbs} == {"get", "list", "watch"}


def test_only_break_glass_changes_network_policies() -> None:
    writers = {role for role in Role if "update" in verbs(role, "networkpolicies", "networking.k8s.io")}
    assert writers == {Role.BREAK_GLASS}
