"""Property values between the engine's protocol and Python."""

import pytest

from local.providers.kubernetes_standin.protection import protect
from local.providers.properties import UNKNOWN, Secret, decode, encode, has_unknown, reveal, secret_texts

SIGNATURE = "4dabf18193072939515e22adb298388d"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"text": "a", "whole": 3, "part": 0.5, "yes": True, "nothing": None},
        {"empty list": [], "empty object": {}, "nested": [{"a": [1, {"b": []}]}]},
        {"secret": Secret({"k": "v"}), "unknown": UNKNOWN, "list": [UNKNOWN, Secret("s")]},
    ],
)
def test_a_value_survives_the_way_there_and_back(value):
    decoded = decode(encode(value))
    assert decoded == value
    assert {key: type(item) for key, item in decoded.items()} == {key: type(item) for key, item in value.items()}


def test_a_whole_number_is_an_integer():
    assert repr(decode(encode({"port": 53.0}))) == "{'port': 53}"


def test_an_unknown_of_any_type_is_unknown():
    assert decode(encode({"map": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"})) == {"map": UNKNOWN}


def test_an_output_without_a_value_is_unknown():
    assert decode(encode({"o": {SIGNATURE: OUTPUT}})) == {"o": UNKNOWN}


def test_a_secret_output_is_a_secret():
    output = {SIGNATURE: OUTPUT, "value": "v", "secret": True, "dependencies": []}
    assert decode(encode({"o": output})) == {"o": Secret("v")}


def test_a_resource_reference_is_its_id():
    assert decode(encode({"r": {SIGNATURE: RESOURCE, "urn": "urn:x", "id": "a/b"}})) == {"r": "a/b"}


def test_unknowns_are_found_at_any_depth_and_inside_secrets():
    assert has_unknown({"a": [{"b": UNKNOWN}]})
    assert has_unknown({"a": Secret([UNKNOWN])})
    assert not has_unknown({"a": [{"b": Secret("x")}]})


def test_revealing_removes_every_secret_wrapper():
    assert reveal({"a": Secret({"b": Secret("c")}), "d": [Secret(1)]}) == {"a": {"b": "c"}, "d": [1]}


def test_only_texts_inside_secrets_are_secret_texts():
    assert list(secret_texts({"a": "public", "b": [Secret({"c": "hidden", "n": 1})]})) == ["hidden"]


def test_a_secret_is_not_told_by_its_representation():
    assert "hunter2" not in repr({"a": Secret("hunter2")})


def test_the_live_object_is_secret_where_the_declared_one_is():
    live = {"kind": "ConfigMap", "data": {"a": "1", "b": "2"}}
    assert protect(live, {"data": {"a": Secret("1"), "b": "2"}}) == {
        "kind": "ConfigMap",
        "data": {"a": Secret("1"), "b": "2"},
    }


def test_a_list_that_holds_a_secret_is_secret_as_a_whole_when_its_length_has_changed():
    assert protect({"list": ["a", "b"]}, {"list": [Secret("a")]}) == {"list": Secret(["a", "b"])}


def test_data_of_a_kubernetes_secret_is_secret_even_if_declared_in_the_open():
    live = {"apiVersion": "v1", "kind": "Secret", "data": {"k": "dg=="}, "type": "Opaque"}
    assert protect(live, {"stringData": {"k": "v"}}) == {**live, "data": Secret({"k": "dg=="})}
