"""Which resources a change adds, changes, replaces and removes, and what is shown of their properties."""

import json

import pytest

from policies.values import UNKNOWN
from preview.change.model import Action
from tests.preview.change.sides import change, changes, made, paths, recorded

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CLUSTER = "aws:eks/cluster:Cluster"


def test_what_stays_the_same_is_no_change() -> None:
    same = made(DEPLOYMENT, "web", {"spec": {"replicas": 2, "x": UNKNOWN}}, secrets=frozenset({("token",)}))
    assert changes([same], [same]) == []


def test_resources_are_added_and_removed_by_their_urn() -> None:
    found = changes([made(DEPLOYMENT, "old", {})], [made(DEPLOYMENT, "new", {})])
    assert [(each.action, each.name) for each in found] == [(Action.ADDED, "new"), (Action.REMOVED, "old")]


def test_a_changed_property_is_shown_with_its_path_and_both_values() -> None:
    found = paths(DEPLOYMENT, {"spec": {"replicas": 2, "paused": True}}, {"spec": {"replicas": 3, "new": [1]}})
    assert found == {
        "spec.replicas": ("2", "3"),
        "spec.paused": ("true", None),
        "spec.new": (None, "[1]"),
    }


def test_containers_are_compared_by_name_whatever_their_order() -> None:
    web, proxy = {"name": "web", "image": "a"}, {"name": "proxy", "image": "p"}
    found = paths(DEPLOYMENT, {"c": [web, proxy]}, {"c": [{**proxy}, {**web, "image": "b"}]})
    assert found == {"c[web].image": ('"a"', '"b"')}


def test_an_item_that_is_put_first_does_not_change_those_behind_it() -> None:
    assert paths(CLUSTER, {"cidrs": ["b", "c"]}, {"cidrs": ["a", "b", "c"]}) == {"cidrs[0]": (None, '"a"')}
    assert paths(CLUSTER, {"cidrs": ["a", "b"]}, {"cidrs": ["b"]}) == {"cidrs[0]": ('"a"', None)}


def test_what_lies_inside_a_json_text_is_compared_as_values() -> None:
    before, after = (json.dumps({"Statement": [{"Action": action, "Effect": "Allow"}]}) for action in ("s3:Get", "*"))
    assert paths("aws:iam/policy:Policy", {"policy": before}, {"policy": after}) == {
        "policy.Statement[0].Action": ('"s3:Get"', '"*"')
    }


def test_true_and_one_are_not_the_same() -> None:
    assert paths(CLUSTER, {"a": True}, {"a": 1}) == {"a": ("true", "1")}


def test_a_value_that_is_not_known_before_the_update_says_so() -> None:
    assert paths(CLUSTER, {"a": "x"}, {"a": UNKNOWN}) == {"a": ('"x"', "(known after the update)")}


def test_an_unknown_that_is_made_of_another_resource_is_a_change() -> None:
    before, after = (
        made(CLUSTER, "it", {"subnets": UNKNOWN}, references={"subnets": (f"urn:pulumi:test::p::t::{name}",)})
        for name in ("private", "public")
    )
    (found,) = changes([before], [after])
    (shown,) = found.properties
    assert (shown.path, shown.before, shown.after) == (
        "subnets",
        '["outputs of private"]',
        '["outputs of public"]',
    )


def test_a_long_text_is_shortened_and_shows_where_it_differs() -> None:
    ((before, after),) = paths(CLUSTER, {"a": "x" * 5000 + "old"}, {"a": "x" * 5000 + "new"}).values()
    assert before is not None
    assert after is not None
    assert max(len(before), len(after)) < 250
    assert "old" in before
    assert "new" in after


@pytest.mark.parametrize("character", ["\x1b", "\u202e", "\n"])
def test_what_does_not_print_is_made_visible(character: str) -> None:
    ((_, after),) = paths(CLUSTER, {"a": "x"}, {"a": f"x{character}y"}).values()
    assert after is not None
    assert character not in after


def test_a_secret_never_shows_and_still_counts_as_changed() -> None:
    marked = {"secrets": frozenset({("password",), ("nested", 0, "key")})}
    before = {"password": "hunter2", "nested": [{"key": "alpha"}], "same": "a"}
    found = change(CLUSTER, before, {**before, "password": "hunter3", "nested": [{"key": "beta"}]}, **marked)
    assert [(each.path, each.before, each.after) for each in found.properties] == [
        ("nested[0].key", "[secret]", "[secret]"),
        ("password", "[secret]", "[secret]"),
    ]
    assert "hunter" not in repr(found)


def test_a_secret_that_stays_is_no_change_and_is_not_even_told_to_the_other_process() -> None:
    secret = made(CLUSTER, "it", {"password": "hunter2"}, secrets=frozenset({("password",)}))
    assert changes([secret], [secret]) == []
    assert "hunter2" not in recorded(secret).model_dump_json()


def test_the_content_of_a_kubernetes_secret_is_secret_without_a_mark() -> None:
    found = change("kubernetes:core/v1:Secret", {"stringData": {"a": "hunter2"}}, {"stringData": {"a": "hunter3"}})
    assert "hunter" not in repr(found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"adminPassword": "hunter2"}, {"adminPassword": "hunter3"}),
        ({"env": [{"name": "API_KEY", "value": "hunter2"}]}, {"env": [{"name": "API_KEY", "value": "hunter3"}]}),
        ({}, {"login": {"user": "a", "token": "hunter2"}}),
        ({"env": []}, {"env": [{"name": "DB_PASSWORD", "value": "hunter2"}]}),
        ({"doc": '{"password": "hunter2"}'}, {"doc": '{"password": "hunter3"}'}),
    ],
)
def test_a_text_whose_name_says_that_it_is_secret_is_hidden(before: dict, after: dict) -> None:
    found = change(CLUSTER, before, after)
    assert "hunter" not in repr(found)
    assert "[secret]" in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        '{"database": {"password": "hunter2"}}',
        '[{"name": "DB_PWD", "value": "hunter2"}]',
        "postgres://app:hunter2@db.example.org/app",
        '{"url": "https://:hunter2@example.org", "document": "{\\"apiKey\\": \\"hunter2\\"}"}',
    ],
)
def test_a_secret_inside_a_text_is_hidden_where_its_name_or_its_place_says_so(text: str) -> None:
    for before, after in (({}, {"settings": text}), ({"settings": {"a": text}}, {}), ({"x": "y"}, {"x": text})):
        found = change(CLUSTER, before, after)
        assert "hunter" not in repr(found)
        assert "[secret]" in repr(found)


@pytest.mark.parametrize("text", ["{not json", "[" * 5000, "arn:aws:iam::1:role/x", "https://example.org/a@b", "{}"])
def test_another_text_is_shown_as_it_is(text: str) -> None:
    for before in ({}, {"settings": "[" * 4000}):
        _, shown = paths(CLUSTER, before, {"settings": text})["settings"]
        assert text[:5] in shown


def test_a_weakening_is_not_hidden_by_its_name() -> None:
    key = "automountServiceAccountToken"
    assert paths(DEPLOYMENT, {key: False}, {key: True}) == {key: ("false", "true")}


@pytest.mark.parametrize(
    ("type_", "before", "after", "by"),
    [
        (CLUSTER, {"name": "a"}, {"name": "b"}, ("name",)),
        (CLUSTER, {"version": "1.35"}, {"version": "1.36"}, ()),
        (
            CLUSTER,
            {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "a", "ipFamily": "x"}},
            {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "b", "ipFamily": "x"}},
            ("kubernetesNetworkConfig.serviceIpv4Cidr",),
        ),
        (CLUSTER, {}, {"kubernetesNetworkConfig": {"ipFamily": "x"}}, ()),
        (
            CLUSTER,
            {},
            {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "b"}},
            ("kubernetesNetworkConfig.serviceIpv4Cidr",),
        ),
        (
            "kubernetes:apps/v1:Deployment",
            {"spec": {"selector": {"a": 1}}},
            {"spec": {"selector": {"a": 2}}},
            ("spec.selector",),
        ),
        ("kubernetes:apps/v1:Deployment", {"spec": {"replicas": 1}}, {"spec": {"replicas": 2}}, ()),
        ("kubernetes:core/v1:Namespace", {"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}, ("metadata.name",)),
        ("kubernetes:core/v1:ConfigMap", {"data": {"a": "1"}}, {"data": {"a": "2"}}, ("data",)),
        ("kubernetes:core/v1:ConfigMapPatch", {"data": {"a": "1"}}, {"data": {"a": "2"}}, ()),
        ("nobody:knows/this:Type", {"a": 1}, {"a": 2}, ()),
    ],
)
def test_a_resource_is_replaced_only_where_that_is_known(type_: str, before: dict, after: dict, by: tuple) -> None:
    found = change(type_, before, after)
    assert (found.action, found.replaced_by) == (Action.REPLACED if by else Action.CHANGED, by)


@pytest.mark.parametrize("option", ["tags", "tags.owner", "tags[*]", "*"])
def test_what_the_program_says_of_replacement_counts_as_well(option: str) -> None:
    found = change(CLUSTER, {"tags": {"owner": "a"}}, {"tags": {"owner": "b"}}, replace_on_changes=(option,))
    assert found.action is Action.REPLACED
