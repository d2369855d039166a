"""Values as controls read them: no trap of the engine's proxies gets through."""

import pickle

import pulumi
import pytest
from pulumi.runtime import rpc
from pulumi_policy import proxy

from policies.values import UNKNOWN, Props, UnknownRead, plain, unknown_paths


def engine_props(values):
    return proxy.unknown_checking_proxy(values)


def test_what_the_engine_hands_out_becomes_plain() -> None:
    values = plain(engine_props({"a": {"b": [1.0, 2.5, "x", None]}, "c": True}))
    assert values == {"a": {"b": [1, 2.5, "x", None]}, "c": True}
    assert isinstance(values["a"], dict)
    assert isinstance(values["a"]["b"], list)


@pytest.mark.parametrize(
    "sentinel", [proxy.UNKNOWN_STRING_VALUE, proxy.UNKNOWN_BOOLEAN_VALUE, proxy.UNKNOWN_OBJECT_VALUE]
)
def test_an_unknown_is_marked_wherever_it_stands(sentinel: str) -> None:
    values = plain(engine_props({"a": sentinel, "b": ["x", sentinel], "c": {"d": sentinel}}))
    assert values == {"a": UNKNOWN, "b": ["x", UNKNOWN], "c": {"d": UNKNOWN}}
    assert list(unknown_paths(values)) == [("a",), ("b", 1), ("c", "d")]


def test_the_in_process_monitors_unknown_is_marked_too() -> None:
    assert plain({"a": pulumi.output.UNKNOWN}) == {"a": UNKNOWN}


def test_a_secret_is_unwrapped_so_that_controls_can_judge_it() -> None:
    assert plain({"a": rpc.wrap_rpc_secret({"b": 1.0})}) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    "read",
    [
        lambda props: props["a"],
        lambda props: props.get("a"),
        lambda props: props.read("a", provider_default=1),
        lambda props: props.read("a.b", provider_default=1),
        lambda props: props["list"][1],
        lambda props: list(props["list"]),
        lambda props: props["list"][0:2],
        lambda props: "x" in props["list"],
        lambda props: props["list"] == ["x"],
        lambda props: bool(props.plain["a"]),
    ],
)
def test_reading_an_unknown_is_noticed(read) -> None:
    props = Props({"a": UNKNOWN, "list": [1, UNKNOWN]})
    with pytest.raises(UnknownRead):
        read(props)


def test_an_unknown_beside_what_is_read_is_no_matter() -> None:
    props = Props({"a": UNKNOWN, "b": {"c": 1}})
    assert props.read("b.c", provider_default=0) == 1
    assert "a" in props


def test_the_path_of_an_unknown_is_told_without_a_value() -> None:
    with pytest.raises(UnknownRead, match=r"^spec\.items\[0\]\.image is not known before the update$"):
        Props({"spec": {"items": [{"image": UNKNOWN}]}})["spec"]["items"][0]["image"]


def test_the_marker_survives_a_process_boundary() -> None:
    assert pickle.loads(pickle.dumps([UNKNOWN]))[0] is UNKNOWN  # noqa: S301 - our own bytes
