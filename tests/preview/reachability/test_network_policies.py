"""Who can talk to whom: the hard cases of the NetworkPolicy API, each with what its documentation says."""

from typing import Any

import pytest

from policies.model import Resource
from preview import reachability
from preview.reachability.ports import ALL, Ports
from tests.preview.cluster import namespace, pod, policy, resource

WEB = {"matchLabels": {"app": "web"}}
HTTP = [{"port": 80}]


def ports(resources: list[Resource], source: str, target: str) -> str:
    """What is open between two pods, written `namespace/name`."""
    matrix = reachability.matrix(resources)
    index = {
        f"{each.namespace}/{name.removeprefix('Pod/')}": i
        for i, each in enumerate(matrix.sides.endpoints)
        for name in each.name.split(", ")
    }
    return str(matrix.ports(index[source], index[target]))


def cluster(*policies: Resource, **namespaces: dict[str, str]) -> list[Resource]:
    """Namespaces a and b (team: its name) with a pod web and a pod db in each, which tell no address."""
    labels = {"a": {"team": "a"}, "b": {"team": "b"}, **namespaces}
    pods = [
        pod(name, app, {"app": app}, ports=[{"name": "http", "containerPort": 8080 if name == "a" else 9090}])
        for name in labels
        for app in ("web", "db")
    ]
    return [*(namespace(name, **each) for name, each in labels.items()), *pods, *policies]


def ingress(**rule: Any) -> Resource:
    """A policy on web of b with one ingress rule."""
    return policy("b", "in", podSelector=WEB, policyTypes=["Ingress"], ingress=[rule])


def test_without_any_policy_everything_is_open_in_both_directions():
    assert ports(cluster(), "a/web", "b/db") == "all"


def test_a_policy_isolates_only_the_pods_that_it_selects_and_only_its_direction():
    resources = cluster(policy("b", "deny", podSelector=WEB))
    assert ports(resources, "a/web", "b/web") == ""
    assert ports(resources, "a/web", "b/db") == "all"
    assert ports(resources, "b/web", "a/web") == "all", "absent policyTypes mean Ingress alone"


@pytest.mark.parametrize(
    ("spec", "out"),
    [
        ({"egress": [{"to": [{"podSelector": {}}]}]}, ""),
        ({"egress": []}, "all"),
        ({"policyTypes": [], "egress": [{"to": [{"podSelector": {}}]}]}, ""),
        ({"policyTypes": ["Ingress"], "egress": [{"to": [{"podSelector": {}}]}]}, "all"),
        ({"policyTypes": ["Egress"]}, ""),
    ],
    ids=[
        "egress rules alone imply Egress",
        "an empty list implies nothing",
        "an empty list of types is an absent one",
        "types that are named win",
        "no rule opens nothing",
    ],
)
def test_absent_policy_types_follow_from_the_rules(spec, out):
    assert ports(cluster(policy("a", "p", podSelector=WEB, **spec)), "a/web", "b/db") == out


def test_an_empty_rule_opens_everything_and_an_empty_list_of_rules_nothing():
    assert ports(cluster(ingress()), "a/db", "b/web") == "all"
    assert ports(cluster(ingress(**{"from": [], "ports": []})), "a/db", "b/web") == "all"
    assert ports(cluster(policy("b", "in", ingress=[])), "a/db", "b/web") == ""


def test_a_pod_selector_alone_means_the_policys_own_namespace_and_an_empty_namespace_selector_all_of_them():
    own = cluster(ingress(**{"from": [{"podSelector": {}}]}))
    assert ports(own, "b/db", "b/web") == "all"
    assert ports(own, "a/db", "b/web") == ""
    everywhere = cluster(ingress(**{"from": [{"namespaceSelector": {}}]}))
    assert ports(everywhere, "a/db", "b/web") == "all"


def test_both_selectors_in_one_peer_are_anded_and_in_two_peers_ored():
    both = {"namespaceSelector": {"matchLabels": {"team": "a"}}, "podSelector": WEB}
    anded = cluster(ingress(**{"from": [both]}))
    assert ports(anded, "a/web", "b/web") == "all"
    assert ports(anded, "a/db", "b/web") == ""
    ored = cluster(ingress(**{"from": [{key: value} for key, value in both.items()]}))
    assert ports(ored, "a/db", "b/web") == "all"
    assert ports(cluster(ingress(**{"from": [{"podSelector": WEB}]})), "a/web", "b/web") == "", "of b alone"


def test_a_namespace_carries_the_label_of_its_name_which_nobody_can_forge():
    label = "kubernetes.io/metadata.name"
    named = {"namespaceSelector": {"matchLabels": {label: "a"}}}
    assert ports(cluster(ingress(**{"from": [named]})), "a/db", "b/web") == "all"
    forged = cluster(ingress(**{"from": [named]}), c={label: "a"})
    assert ports(forged, "c/db", "b/web") == ""


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ({"operator": "In", "values": ["web", "x"]}, {"web"}),
        ({"operator": "NotIn", "values": ["web"]}, {"db", "bare"}),
        ({"operator": "Exists"}, {"web", "db"}),
        ({"operator": "DoesNotExist"}, {"bare"}),
    ],
)
def test_match_expressions_and_that_not_in_matches_pods_without_the_label(expression, matches):
    resources = [
        *cluster(ingress(**{"from": [{"podSelector": {"matchExpressions": [{"key": "app", **expression}]}}]})),
        pod("b", "bare"),
    ]
    assert {name for name in ("db", "bare") if ports(resources, f"b/{name}", "b/web")} == matches - {"web"}


def test_ports_are_tcp_by_default_and_a_range_ends_with_its_last_port():
    resources = cluster(
        ingress(ports=[{"port": 80}, {"port": 5000, "endPort": 5002, "protocol": "UDP"}, {"protocol": "SCTP"}])
    )
    assert ports(resources, "a/web", "b/web") == "SCTP, TCP/80, UDP/5000-5002"


def test_a_named_port_is_that_of_each_target_and_nothing_where_no_container_has_the_name():
    out = policy("a", "out", podSelector=WEB, policyTypes=["Egress"], egress=[{"ports": [{"port": "http"}]}])
    resources = [*cluster(out), pod("b", "bare")]
    assert ports(resources, "a/web", "a/db") == "TCP/8080"
    assert ports(resources, "a/web", "b/db") == "TCP/9090"
    assert ports(resources, "a/web", "b/bare") == ""
    as_udp = cluster(ingress(ports=[{"port": "http", "protocol": "UDP"}]))
    assert ports(as_udp, "a/web", "b/web") == "", "the name belongs to a TCP port"


def test_both_ends_must_allow_and_the_ports_are_what_both_have():
    out = policy("a", "out", podSelector=WEB, policyTypes=["Egress"], egress=[{"ports": [{"port": 80, "endPort": 90}]}])
    assert ports(cluster(out, ingress(ports=[{"port": 85, "endPort": 99}])), "a/web", "b/web") == "TCP/85-90"


def test_several_policies_on_a_pod_add_up():
    more = policy("b", "more", ingress=[{"from": [{"podSelector": {}}], "ports": [{"port": 81}]}])
    assert ports(cluster(ingress(ports=HTTP), more), "b/db", "b/web") == "TCP/80-81"


@pytest.mark.parametrize(
    ("block", "address", "open_"),
    [
        ({"cidr": "10.0.0.0/8"}, "10.1.2.3", True),
        ({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, "10.1.2.3", False),
        ({"cidr": "fd00::/8"}, "fd00::7", True),
        ({"cidr": "fd00::/8", "except": ["fd00::/64"]}, "fd00::7", False),
        ({"cidr": "0.0.0.0/0"}, "fd00::7", False),
        ({"cidr": "10.1.2.3/8"}, "10.9.9.9", True),
        ({"cidr": "0.0.0.0/0"}, None, True),
        (
            {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]},
            None,
            False,
        ),
        ({"cidr": "203.0.113.0/24"}, None, False),
    ],
)
def test_an_ip_block_holds_addresses_of_its_family_without_the_exceptions(block, address, open_):
    resources = [*cluster(ingress(**{"from": [{"ipBlock": block}]})), pod("a", "addressed", {"app": "x"}, ip=address)]
    assert bool(ports(resources, "a/addressed", "b/web")) is open_


def test_pods_on_the_host_network_are_held_by_no_policy_and_selected_by_none():
    deny = policy("b", "deny", policyTypes=["Ingress", "Egress"])
    resources = [*cluster(deny), pod("b", "agent", {"app": "agent"}, hostNetwork=True)]
    assert ports(resources, "a/web", "b/agent") == "all"
    assert ports(resources, "b/agent", "a/web") == "all"
    opened = [*cluster(ingress(**{"from": [{"podSelector": {}}]})), pod("b", "agent", hostNetwork=True)]
    assert ports(opened, "b/agent", "b/web") == ""


def test_all_pods_of_all_namespaces_are_not_those_on_the_host_network():
    everywhere = cluster(ingress(**{"from": [{"namespaceSelector": {}}]}))
    assert ports([*everywhere, pod("a", "agent", hostNetwork=True)], "a/agent", "b/web") == ""


def test_a_namespace_that_only_workloads_name_has_its_label_as_well():
    named = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "c"}}}
    resources = [*cluster(ingress(**{"from": [named]})), pod("c", "web")]
    assert ports(resources, "c/web", "b/web") == "all"


def test_links_tell_targets_apart_that_give_one_name_two_numbers():
    named = [policy(each, "in", podSelector=WEB, ingress=[{"ports": [{"port": "http"}]}]) for each in ("a", "b")]
    links = reachability.of(cluster(*named)).links
    found = {str(target): str(link.ports) for link in links for target in link.targets if target.name == "Pod/web"}
    assert found == {"a/Pod/web": "TCP/8080", "b/Pod/web": "TCP/9090"}


def test_workloads_are_what_their_templates_say():
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}
    job = {"spec": {"template": template}}
    found = reachability.of(
        [
            resource("Deployment", "web", "b", spec={"template": template}),
            resource("CronJob", "nightly", "b", spec={"jobTemplate": job}),
            policy("b", "deny", podSelector=WEB),
        ]
    )
    assert [each.name for each in found.endpoints] == ["CronJob/nightly, Deployment/web"]
    assert found.links == ()


def test_ports_are_sets():
    some = Ports.of([("TCP", 80, 90), ("TCP", 91, 95), ("UDP", 1, 2)])
    assert str(some) == "TCP/80-95, UDP/1-2"
    assert str(some - Ports.of([("TCP", 85, 86)])) == "TCP/80-84, TCP/87-95, UDP/1-2"
    assert str(some & Ports.of([("TCP", 1, 80), ("UDP", 2, 9)])) == "TCP/80, UDP/2"
    assert (ALL - ALL, ALL | some, some & ALL) == (Ports(), ALL, some)
