"""Which ways a change opens and closes, between pods, to the outside and from there."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.model import Resource
from preview import reachability
from preview.change import compare
from preview.change.model import Change, Flow
from preview.result import StackResult
from tests.preview.change.sides import CHANGE, recorded
from tests.preview.cluster import namespace, pod, policy, resource

CLOSED = {"policyTypes": ["Ingress", "Egress"]}


def result(*resources: Resource) -> StackResult:
    return StackResult(name="test", resources=resources, reachability=reachability.of(resources))


def change(before: list[Resource], after: list[Resource]) -> Change:
    new = result(*after)
    found = compare.compared(recorded(*before), recorded(result=new), new, CHANGE).change
    assert found is not None
    return found


def ingress(port: int | None = None, source: dict[str, Any] | None = None) -> dict[str, Any]:
    rule = {**({"ports": [{"port": port}]} if port else {}), **({"from": [source]} if source else {})}
    return {"ingress": [rule], "egress": [{}], "policyTypes": ["Ingress", "Egress"]}


def test_a_port_that_opens_is_told_with_both_ends_and_no_more_than_that() -> None:
    pods = [namespace("shop"), pod("shop", "web", {"app": "web"}), pod("shop", "api", {"app": "api"})]
    web = {"podSelector": {"matchLabels": {"app": "web"}}}

    def api(*ports: int) -> Resource:
        rules = [{"from": [web], "ports": [{"port": port} for port in ports]}]
        return policy(
            "shop", "api", podSelector={"matchLabels": {"app": "api"}}, ingress=rules, policyTypes=["Ingress"]
        )

    found = change([*pods, api(80)], [*pods, api(80, 81)])
    assert found.opened == (Flow(source="shop/Pod/web", target="shop/Pod/api", ports="TCP/81"),)
    assert found.closed == ()
    back = change([*pods, api(80, 81)], [*pods, api(80)])
    assert (back.closed, back.opened) == (found.opened, ())


def test_what_one_policy_opens_and_another_opened_before_is_no_change() -> None:
    pods = [namespace("shop"), pod("shop", "web", {"app": "web"})]
    wide, narrow = policy("shop", "wide", **ingress()), policy("shop", "narrow", **ingress(80))
    assert change([*pods, wide], [*pods, wide, narrow]).opened == ()


def test_what_several_policies_open_for_one_pair_is_told_together() -> None:
    pods = [namespace("shop"), pod("shop", "web", {"app": "web"}), pod("shop", "api", {"app": "api"})]
    deny = policy("shop", "deny", policyTypes=["Ingress"])
    everyone = policy("shop", "everyone", ingress=[{"ports": [{"port": 80}]}], policyTypes=["Ingress"])
    web = [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 81}]}]
    api = policy("shop", "api", podSelector={"matchLabels": {"app": "api"}}, ingress=web, policyTypes=["Ingress"])
    found = change([*pods, deny], [*pods, deny, everyone, api])
    assert Flow(source="shop/Pod/web", target="shop/Pod/api", ports="TCP/80-81") in found.opened


def test_a_policy_on_a_label_that_no_policy_named_before_opens_only_what_it_says() -> None:
    shop = [namespace("shop"), policy("shop", "deny", **CLOSED)]
    dns = policy("shop", "dns", egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.10/32"}}]}], policyTypes=["Egress"])
    database = policy(
        "shop",
        "database",
        podSelector={"matchLabels": {"app": "api"}},
        egress=[{"to": [{"ipBlock": {"cidr": "192.0.2.1/32"}}], "ports": [{"port": 5432}]}],
        policyTypes=["Egress"],
    )
    assert change([*shop, dns], [*shop, dns, database]).opened == (
        Flow(source="shop/pods app=api", target="192.0.2.1/32", ports="TCP/5432"),
    )


def test_a_network_that_grows_closes_nothing() -> None:
    def out(cidr: str) -> list[Resource]:
        rules = [{"to": [{"ipBlock": {"cidr": cidr}}]}]
        return [namespace("shop"), policy("shop", "out", egress=rules, policyTypes=["Egress"])]

    found = change(out("192.0.2.0/28"), out("192.0.2.0/24"))
    assert [str(each) for each in found.opened] == ["shop/any pod -> 192.0.2.0/24 all"]
    assert found.closed == ()
    assert change(out("192.0.2.0/24"), out("192.0.2.0/28")).opened == ()


def test_the_last_policy_that_goes_opens_everything() -> None:
    shop = [namespace("shop"), pod("shop", "web")]
    found = change([*shop, policy("shop", "deny", **CLOSED)], shop)
    assert Flow(source="shop/Pod/web", target="anywhere", ports="all") in found.opened
    assert Flow(source="anywhere", target="shop/Pod/web", ports="all") in found.opened


def test_what_is_exposed_is_opened_unless_policies_hold_it_shut() -> None:
    shop = [namespace("shop"), pod("shop", "web", {"app": "web"})]
    balancer = resource("Service", "web", "shop", spec={"type": "LoadBalancer", "selector": {"app": "web"}})
    found = change(shop, [*shop, balancer])
    assert Flow(source="outside by LoadBalancer shop/web", target="shop/Pod/web", ports="") in found.opened
    deny = policy("shop", "deny", **CLOSED)
    assert change([*shop, deny], [*shop, deny, balancer]).opened == ()


def test_a_thousand_namespaces_that_open_together_are_one_line() -> None:
    spaces = [namespace(f"n{number}") for number in range(1000)]
    denied = [policy(f"n{number}", "deny", **CLOSED) for number in range(1000)]
    wide = [policy(f"n{number}", "deny", **ingress()) for number in range(1000)]
    found = change([*spaces, *denied], [*spaces, *wide])
    inside = [each for each in found.opened if "anywhere" not in str(each)]
    assert [str(each) for each in inside] == ["n0/any pod, n1/any pod, n10/any pod and 997 more -> "
                                              "n0/any pod, n1/any pod, n10/any pod and 997 more all"]  # fmt: skip


PEERS = st.one_of(
    st.none(),
    st.sampled_from("ab").map(lambda app: {"podSelector": {"matchLabels": {"app": app}}}),
    st.sampled_from(["x", "y"]).map(
        lambda name: {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
    ),
)


@st.composite
def policies(draw: st.DrawFn) -> list[Resource]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        spec = ingress(draw(st.sampled_from([None, 80, 81])), draw(PEERS))
        app = draw(st.sampled_from(["a", "b", None]))
        selector = {"matchLabels": {"app": app}} if app else {}
        found.append(policy(draw(st.sampled_from(["x", "y"])), f"p{number}", podSelector=selector, **spec))
    return found


@given(policies(), policies())
@settings(max_examples=60, deadline=None)
def test_groups_tell_the_same_as_comparing_pair_by_pair(before: list[Resource], after: list[Resource]) -> None:
    pods = [pod(space, app, {"app": app}) for space in ("x", "y") for app in ("a", "b")]
    shared = [namespace("x"), namespace("y"), *pods]
    matrices = [reachability.matrix([*shared, *side]) for side in (before, after)]
    names = [str(each) for each in matrices[0].sides.endpoints]
    told = change([*shared, *before], [*shared, *after])
    for flows, (less, more) in ((told.opened, matrices), (told.closed, matrices[::-1])):
        wanted = {
            (source, target, str(difference))
            for one, source in enumerate(names)
            for two, target in enumerate(names)
            if (difference := more.ports(one, two) - less.ports(one, two))
        }
        found = {
            (source, target, each.ports)
            for each in flows
            for source in each.source.split(", ")
            for target in each.target.split(", ")
            if source in names and target in names
        }
        # A line names three pods of a group at most, so that it may tell less, and never anything else.
        assert found <= wanted
        assert bool(found) is bool(wanted)
