"""What differs, what replaces, and what counts as drift."""

import pytest

from local.providers.kubernetes_standin.differ import (
    Change,
    Difference,
    differences,
    importable,
    projected,
    property_path,
    with_drift,
)
from local.providers.kubernetes_standin.planning import plan, provider_plan
from local.providers.kubernetes_standin.tokens import parse
from local.providers.properties import UNKNOWN, Secret


def _diff(*path, change):
    return Difference(path=path, change=change)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, [_diff("a", change=Change.UPDATE)]),
        ({}, {"a": []}, [_diff("a", change=Change.ADD)]),
        ({"a": None}, {}, []),
        ({"a": {"b": 1}}, {"a": {}}, [_diff("a", "b", change=Change.DELETE)]),
        ({"a": [1, 2]}, {"a": [1]}, [_diff("a", 1, change=Change.DELETE)]),
        ({"a": [1]}, {"a": [1, {}]}, [_diff("a", 1, change=Change.ADD)]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [_diff("a", 0, "b", change=Change.UPDATE)]),
        ({"a": Secret("x")}, {"a": "x"}, []),
        ({"a": Secret("x")}, {"a": Secret("y")}, [_diff("a", change=Change.UPDATE)]),
        ({"a": {"b": 1}}, {"a": UNKNOWN}, [_diff("a", change=Change.UPDATE)]),
        ({"a": UNKNOWN}, {"a": UNKNOWN}, [_diff("a", change=Change.UPDATE)]),
    ],
)
def test_differences_are_told_at_the_deepest_place(old, new, expected):
    assert differences(old, new) == expected


def test_a_property_path_quotes_keys_with_dots():
    assert property_path(("spec", "ingress", 0, "from")) == "spec.ingress[0].from"
    assert property_path(("metadata", "labels", "a.b/c")) == 'metadata.labels["a.b/c"]'


# The plan.


def _binding(name="viewer", namespace="pay", role="viewer", subjects=("devs",)):
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"name": role},
        "subjects": [{"name": subject} for subject in subjects],
    }


BINDING = parse("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")


def _plan(old, new, resource=BINDING, mutable_kinds=frozenset()):
    return plan(old, new, resource, mutable_kinds)


def test_a_changed_subject_is_an_update():
    result = _plan(_binding(), _binding(subjects=["devs", "ops"]))
    assert [property_path(d.path) for d in result.differences] == ["subjects[1]"]
    assert not result.replacing
    assert not result.delete_first


def test_a_changed_role_reference_replaces_and_the_old_object_goes_first():
    result = _plan(_binding(), _binding(role="admin"))
    assert [property_path(d.path) for d in result.replacing] == ["roleRef.name"]
    assert result.delete_first


def test_a_changed_name_replaces_and_the_old_object_goes_last():
    result = _plan(_binding(), _binding(name="readers"))
    assert result.replacing
    assert not result.delete_first


def test_a_changed_namespace_replaces_and_the_old_object_goes_last():
    result = _plan(_binding(), _binding(namespace="other"))
    assert result.replacing
    assert not result.delete_first


def test_spelling_out_the_default_namespace_changes_nothing():
    unnamed = _binding(namespace="default")
    del unnamed["metadata"]["namespace"]
    assert not _plan(unnamed, _binding(namespace="default")).differences
    assert not _plan(_binding(namespace="default"), unnamed).differences


def test_a_patch_is_replaced_only_when_it_names_another_object():
    patch = parse("kubernetes:rbac.authorization.k8s.io/v1:RoleBindingPatch")
    assert not _plan(_binding(), _binding(role="admin"), patch).replacing
    assert _plan(_binding(), _binding(name="readers"), patch).replacing


def test_a_generated_name_lets_the_new_object_come_first():
    generated = {"annotations": {"pulumi.com/autonamed": "true"}}
    old, new = _binding(), _binding(role="admin")
    old["metadata"] |= generated
    new["metadata"] |= generated
    assert not _plan(old, new).delete_first


def test_data_of_a_config_map_replaces_it_unless_the_provider_lets_it_change():
    config_map = parse("kubernetes:core/v1:ConfigMap")
    old = {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}
    new = {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "2"}}
    assert _plan(old, new, config_map).replacing
    assert not _plan(old, new, config_map, frozenset({"ConfigMap"})).replacing


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ({"kubeconfig": "a", "clusterIdentifier": "x"}, {"kubeconfig": "b", "clusterIdentifier": "x"}, False),
        ({"kubeconfig": "a"}, {"kubeconfig": UNKNOWN}, False),
        ({"kubeconfig": "a"}, {"kubeconfig": "a", "clusterIdentifier": "x"}, False),
        ({"kubeconfig": "a", "clusterIdentifier": "x"}, {"kubeconfig": "a", "clusterIdentifier": "y"}, True),
    ],
)
def test_only_another_cluster_identifier_replaces_the_provider(old, new, replaced):
    result = provider_plan(old, new)
    assert result.differences
    assert bool(result.replacing) is replaced


# Drift. `applied` is what the API server would make of the declared object.


def _policy(**spec):
    return {"metadata": {"name": "p"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"], **spec}}


def test_what_the_server_defaults_is_no_drift():
    declared = _policy(ingress=[{"ports": [{"port": 53}]}])
    live = _policy(ingress=[{"ports": [{"port": 53, "protocol": "TCP"}]}])
    assert with_drift(declared, live, live) == declared


def test_the_servers_bookkeeping_is_no_drift():
    declared = _policy()
    applied = {**_policy(), "metadata": {"name": "p", "resourceVersion": "2", "managedFields": [1]}, "status": {}}
    live = {**_policy(), "metadata": {"name": "p", "resourceVersion": "7"}, "status": {"x": 1}}
    assert with_drift(declared, applied, live) == declared


def test_a_rule_added_to_an_explicitly_empty_list_is_drift():
    assert with_drift(_policy(ingress=[]), _policy(), _policy(ingress=[{}])) == _policy(ingress=[{}])


def test_a_rule_appended_to_a_list_is_drift_and_the_others_stay_as_declared():
    declared = _policy(ingress=[{"ports": [{"port": 53}]}])
    defaulted = {"ports": [{"port": 53, "protocol": "TCP"}]}
    drifted = with_drift(declared, _policy(ingress=[defaulted]), _policy(ingress=[defaulted, {}]))
    assert drifted == _policy(ingress=[{"ports": [{"port": 53}]}, {}])


def test_a_removed_key_is_drift():
    declared = _policy(egress=[{}])
    assert with_drift(declared, declared, _policy()) == _policy()


def test_a_label_of_somebody_else_is_no_drift_but_a_changed_one_of_ours_is():
    declared = {"metadata": {"name": "n", "labels": {"ours": "1"}}}
    applied = {"metadata": {"name": "n", "labels": {"ours": "1", "theirs": "x"}}}
    assert with_drift(declared, applied, applied) == declared
    live = {"metadata": {"name": "n", "labels": {"ours": "2", "theirs": "x"}}}
    assert with_drift(declared, applied, live) == {"metadata": {"name": "n", "labels": {"ours": "2"}}}


def test_finding_drift_changes_no_argument():
    declared = _policy(ingress=[])
    with_drift(declared, _policy(), _policy(ingress=[{}]))
    assert declared == _policy(ingress=[])


def test_a_projection_keeps_declared_empties_and_leaves_out_what_is_not_declared():
    declared = {"roleRef": {"name": "viewer"}, "subjects": [], "gone": "x"}
    live = {"roleRef": {"name": "admin", "kind": "Role"}, "metadata": {"uid": "1"}}
    assert projected(declared, live) == {"roleRef": {"name": "admin"}, "subjects": []}


def test_an_import_leaves_out_what_the_server_owns():
    live = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "n",
            "uid": "1",
            "resourceVersion": "2",
            "creationTimestamp": "now",
            "managedFields": [],
            "labels": {"kubernetes.io/metadata.name": "n", "team": "a"},
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }
    metadata = {"name": "n", "labels": {"team": "a"}}
    assert importable(live) == {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
