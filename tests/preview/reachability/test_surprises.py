"""What is found beside pairs of pods: the outside, what is exposed, and what differs from the tenants' flows."""

from typing import Any

from policies.model import Resource
from policies.values import UNKNOWN
from preview import reachability
from preview.reachability import report
from preview.reachability.model import Difference, Direction
from preview.reachability.ports import ALL
from tests.preview.cluster import namespace, pod, policy, raw, resource

WEB = {"matchLabels": {"app": "web"}}
HTTP = [{"port": 80}]


def test_an_empty_namespace_is_stood_for_by_the_pods_that_policies_ask_for():
    label = "kubernetes.io/metadata.name"
    peer = {"namespaceSelector": {"matchLabels": {label: "proxy"}}, "podSelector": {"matchLabels": {"app": "proxy"}}}
    opening = policy("b", "in", podSelector=WEB, ingress=[{"from": [peer], "ports": HTTP}])
    found = reachability.of([namespace("b"), policy("b", "deny"), opening])
    assert [str(each) for each in found.endpoints] == ["b/any pod", "b/pods app=web", "proxy/pods app=proxy"]
    assert [each.recorded for each in found.endpoints] == [True, True, False]
    (link,) = found.links
    assert (str(link.sources[0]), str(link.targets[0]), str(link.ports)) == (
        "proxy/pods app=proxy",
        "b/pods app=web",
        "TCP/80",
    )


def ways(*peers: dict[str, Any], beside: tuple[Resource, ...] = ()) -> set[str]:
    """Who reaches the pod of a closed namespace that lets these peers in."""
    opening = policy("b", "in", ingress=[{"from": list(peers), "ports": HTTP}])
    links = reachability.of([namespace("b"), pod("b", "api"), opening, *beside]).links
    return {str(source) for link in links for source in link.sources if "b/Pod/api" in map(str, link.targets)}


def test_namespaces_that_nobody_recorded_and_that_a_policy_lets_in_are_named_by_their_labels():
    monitoring = {"namespaceSelector": {"matchLabels": {"team": "monitoring"}}}
    assert ways(monitoring) == {"namespaces team=monitoring/any pod"}
    assert ways({**monitoring, "podSelector": WEB}) == {"namespaces team=monitoring/pods app=web"}
    recorded = (namespace("m", team="monitoring"), pod("m", "scraper"))
    assert ways(monitoring, beside=recorded) == {"m/Pod/scraper"}
    expressions = [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["x", "y"]}]
    assert ways({"namespaceSelector": {"matchExpressions": expressions}}) == {"x/any pod", "y/any pod"}


def test_what_is_open_to_every_namespace_is_open_to_those_that_nobody_recorded():
    assert ways({"namespaceSelector": {}}) == {"b/Pod/api", "any other namespace/any pod"}
    assert ways({"namespaceSelector": {}, "podSelector": WEB}) == {"any other namespace/pods app=web"}
    others = {"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}}
    assert ways(others) == {"b/Pod/api", "any other namespace/any pod"}
    proxy = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "proxy"}}}
    assert ways({"namespaceSelector": {}}, proxy) == {"b/Pod/api", "any other namespace/any pod", "proxy/any pod"}


def test_a_selector_that_no_namespace_can_satisfy_stands_for_none():
    never = [{"key": "team", "operator": "Exists"}, {"key": "team", "operator": "DoesNotExist"}]
    assert ways({"namespaceSelector": {"matchExpressions": never}}) == set()


def test_a_policy_that_is_not_known_yet_is_left_out_and_named():
    found = reachability.of([namespace("b"), policy("b", "p", ingress=UNKNOWN)])
    assert found.not_known == ("kubernetes:networking.k8s.io/v1:NetworkPolicy::b/p",)


def test_the_outside_is_named_with_what_is_anywhere_however_it_is_cut():
    halves = [{"ipBlock": {"cidr": "0.0.0.0/1"}}, {"ipBlock": {"cidr": "128.0.0.0/1"}}]
    out = policy("a", "out", policyTypes=["Ingress", "Egress"], egress=[{"to": halves, "ports": HTTP}])
    found = reachability.of([namespace("a"), out])
    assert [(each.direction, str(each.network), each.anywhere) for each in found.outside] == [
        (Direction.EGRESS, "0.0.0.0/1", True),
        (Direction.EGRESS, "128.0.0.0/1", True),
    ]
    few = policy("a", "out", policyTypes=["Ingress", "Egress"], egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])
    assert [each.anywhere for each in reachability.of([namespace("a"), few]).outside] == [False]
    assert {each.direction for each in reachability.of([namespace("a")]).outside} == set(Direction), "no policy at all"


def test_a_network_with_most_of_it_cut_out_is_not_anywhere():
    block = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["0.0.0.0/1", "128.0.0.0/2"]}}
    out = policy("a", "out", policyTypes=["Ingress", "Egress"], egress=[{"to": [block]}])
    assert [each.anywhere for each in reachability.of([namespace("a"), out]).outside] == [False]


def test_an_ingress_is_open_by_any_way_in_and_a_load_balancer_by_one_from_outside():
    service = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]}
    inside = policy("a", "in", ingress=[{"from": [{"podSelector": {}}]}])
    path = {"backend": {"service": {"name": "web", "port": {"number": 80}}}}
    resources = [
        pod("a", "web", {"app": "web"}),
        inside,
        resource("Service", "web", "a", spec=service),
        resource("Service", "nobody", "a", spec={**service, "selector": {"app": "nobody"}}),
        resource("Ingress", "site", "a", spec={"rules": [{"http": {"paths": [path]}}]}),
    ]
    found = {each.resource.name: each.closed for each in reachability.of(resources).exposures}
    assert found == {"a/web": True, "a/nobody": False, "a/site": False}, "of no backend nothing is held shut"


def test_what_listens_for_the_outside_is_named_and_whether_policies_hold_it_shut():
    service = {"selector": {"app": "web"}, "ports": [{"port": 443, "targetPort": 80}]}
    path = {"path": "/", "backend": {"service": {"name": "inner", "port": {"number": 80}}}}
    resources = [
        *(pod(each, "web", {"app": "web"}) for each in ("a", "b")),
        policy("b", "deny"),
        resource("Service", "lb", "a", spec={**service, "type": "LoadBalancer"}),
        resource("Service", "node", "b", spec={**service, "type": "NodePort"}),
        resource("Service", "ip", "b", spec={**service, "externalIPs": ["203.0.113.7"]}),
        resource("Service", "inner", "a", spec=service),
        resource("Ingress", "site", "a", spec={"rules": [{"http": {"paths": [path]}}]}),
        resource("Gateway", "gate", "b", spec={}),
        resource(
            "HTTPRoute",
            "route",
            "a",
            spec={
                "parentRefs": [{"name": "gate", "namespace": "b"}],
                "rules": [{"backendRefs": [{"name": "inner", "port": 80}]}],
            },
        ),
        pod("a", "agent", {"app": "agent"}, ports=[{"containerPort": 1, "hostPort": 1}]),
        pod("a", "host", {"app": "host"}, hostNetwork=True),
    ]
    found = [(each.kind, [str(e) for e in each.backends], each.closed) for each in reachability.of(resources).exposures]
    assert found == [
        ("LoadBalancer", ["a/Pod/web"], False),
        ("NodePort", ["b/Pod/web"], True),
        ("ExternalIP", ["b/Pod/web"], True),
        ("Ingress", ["a/Pod/web"], False),
        ("Gateway", ["a/Pod/web"], False),
        ("HostPort", ["a/Pod/agent"], False),
        ("HostNetwork", ["a/Pod/host"], False),
    ]


def tenant(*flows: dict[str, Any], **fields: Any) -> Resource:
    return raw(
        "secureclusters:tenancy:Tenant",
        "t",
        {"name": "t", "namespaces": ["t-a", "t-b"], "allow": list(flows), **fields},
    )


FLOW = {
    "from": {"namespace": "a", "pods": "all"},
    "to": {"namespace": "b", "pods": {"app": "web"}},
    "ports": [{"port": 80}],
}
CLOSED = [namespace("t-a"), namespace("t-b")] + [
    policy(name, "deny", policyTypes=["Ingress", "Egress"]) for name in ("t-a", "t-b")
]
PEER_A, PEER_B = ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": f"t-{each}"}}} for each in "ab")
OPEN = [
    policy("t-a", "out", policyTypes=["Egress"], egress=[{"to": [{**PEER_B, "podSelector": WEB}], "ports": HTTP}]),
    policy("t-b", "in", podSelector=WEB, policyTypes=["Ingress"], ingress=[{"from": [PEER_A], "ports": HTTP}]),
]


def surprises(*resources: Resource) -> list[tuple[Difference, str, str, str]]:
    found = reachability.of(resources).surprises
    return [(each.difference, each.source, each.target, each.ports) for each in found]


def test_what_is_declared_and_open_is_no_surprise():
    assert surprises(*CLOSED, *OPEN, tenant(FLOW)) == []


def test_what_is_open_and_not_declared_is_a_surprise():
    assert surprises(*CLOSED, *OPEN, tenant()) == [
        (Difference.NOT_DECLARED, "t-a/any pod", "t-b/pods app=web", "TCP/80")
    ]
    assert surprises(*CLOSED, *OPEN) == [], "of a namespace that is no tenant's nothing is declared"


def test_a_surprise_names_the_namespaces_of_its_pods_and_none_of_a_network():
    (inside,) = reachability.of([*CLOSED, *OPEN, tenant()]).surprises
    assert (inside.source_namespaces, inside.target_namespaces) == (("t-a",), ("t-b",))
    out = policy("t-a", "out", policyTypes=["Egress"], egress=[{"to": [], "ports": HTTP}])
    (outside,) = [each for each in reachability.of([*CLOSED, out, tenant()]).surprises if each.target == "anywhere"]
    assert (outside.source_namespaces, outside.target_namespaces) == (("t-a",), ())


def test_what_is_declared_and_not_open_is_a_surprise():
    (found,) = surprises(*CLOSED, OPEN[1], tenant(FLOW))
    assert found == (Difference.NOT_OPEN, "t-a/any pod", "t-b/pods app=web", "TCP/80")


def test_a_declared_end_without_a_pod_is_a_surprise_where_workloads_are_recorded():
    (found,) = surprises(*CLOSED, *OPEN, pod("t-b", "other", {"app": "other"}), tenant(FLOW))
    assert found[0] is Difference.NO_POD


def test_a_network_wider_than_declared_is_a_surprise_and_so_is_an_exception_that_is_gone():
    def out(cidr: str, *excepted: str) -> Resource:
        block = {"ipBlock": {"cidr": cidr, "except": list(excepted)}}
        return policy("t-a", "out", policyTypes=["Egress"], egress=[{"to": [block], "ports": HTTP}])

    flow = {
        "from": {"namespace": "a", "pods": "all"},
        "to": {"cidr": "10.0.0.0/8", "except": ["10.9.0.0/16"]},
        "ports": [{"port": 80}],
    }
    assert surprises(*CLOSED, out("10.0.0.0/8", "10.9.0.0/16"), tenant(flow)) == []
    wider = surprises(*CLOSED, out("0.0.0.0/0"), tenant(flow))
    assert (Difference.NOT_DECLARED, "t-a/any pod", "0.0.0.0/0", "TCP/80") in wider
    assert (Difference.NOT_DECLARED, "t-a/any pod", "10.0.0.0/8", "TCP/80") in surprises(
        *CLOSED, out("10.0.0.0/8"), tenant(flow)
    )
    assert surprises(*CLOSED, tenant(flow))[0][0] is Difference.NOT_OPEN
    elsewhere = surprises(*CLOSED, out("10.128.0.0/9"), tenant(flow))
    assert [each[0] for each in elsewhere] == [Difference.NOT_OPEN], "a part is open, and not the whole"


def test_the_clusters_dns_and_the_door_to_the_cloud_are_declared_for_every_namespace():
    dns = {"namespace": "kube-system", "pods": {"k8s-app": "kube-dns"}, "port": 53}
    door = {"namespace": "t-a", "cidr": "169.254.170.23/32", "port": 80}
    resolve = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": dns["pods"]},
    }
    rules = [{"to": [resolve], "ports": [{"port": 53, "protocol": each} for each in ("UDP", "TCP")]}]
    both = [policy(name, "dns", policyTypes=["Egress"], egress=rules) for name in ("t-a", "t-b")]
    sign_in = policy(
        "t-a", "sign-in", policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": door["cidr"]}}], "ports": HTTP}]
    )
    assert surprises(*CLOSED, *both, sign_in, tenant(dns=dns, signIn=[door])) == []
    assert len(surprises(*CLOSED, *both, sign_in, tenant())) == 2


def test_a_thousand_open_namespaces_are_told_in_few_links():
    many = [namespace(f"n{number}") for number in range(1000)]
    found = reachability.of(many)
    assert len(found.links) == 1
    assert len(found.links[0].sources) == len(found.links[0].targets) == 1000
    assert found.links[0].ports == ALL
    assert len(list(report.lines(found))) < 20


def test_a_thousand_closed_namespaces_with_a_flow_each_are_told_flow_by_flow():
    many = [
        each
        for number in range(1000)
        for each in (
            namespace(f"n{number}"),
            policy(f"n{number}", "deny", policyTypes=["Ingress", "Egress"]),
            policy(
                f"n{number}",
                "in",
                podSelector=WEB,
                policyTypes=["Ingress", "Egress"],
                ingress=[{"from": [{"podSelector": {}}]}],
                egress=[{"to": [{"podSelector": {}}]}],
            ),
        )
    ]
    found = reachability.of(many)
    assert len(found.links) == 1000
    assert not found.outside


def test_the_report_names_surprises_first_and_the_json_report_everything():
    found = reachability.of([*CLOSED, *OPEN, tenant()])
    text = list(report.lines(found))
    assert text[0] == "reachability: 3 kinds of pods, 1 surprise"
    assert text[1] == "  surprise: open but not declared: t-a/any pod -> t-b/pods app=web TCP/80"
    document = report.as_json(found)
    (link,) = document["links"]
    assert document["endpoints"][link["targets"][0]]["name"] == "pods app=web"


def test_dns_that_answers_outside_pods_is_declared_as_well():
    dns = {"namespace": "kube-system", "pods": {"k8s-app": "kube-dns"}, "port": 53, "networks": ["172.20.0.0/16"]}
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    rules = [{"to": [{"ipBlock": {"cidr": "172.20.0.0/16"}}], "ports": ports}]
    opened = [policy(name, "dns", policyTypes=["Egress"], egress=rules) for name in ("t-a", "t-b")]
    told = surprises(*CLOSED, *opened, tenant(dns=dns))
    assert not [each for each in told if "172.20.0.0/16" in str(each)]
    without = {key: value for key, value in dns.items() if key != "networks"}
    assert [each for each in surprises(*CLOSED, *opened, tenant(dns=without)) if "172.20.0.0/16" in str(each)]
