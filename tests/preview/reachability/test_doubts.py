"""What is not known yet of the ways of tenants: a doubt, and never a surprise that is certain."""

from policies.model import Resource
from policies.values import UNKNOWN
from preview import reachability
from preview.reachability import report
from preview.reachability.model import Difference
from tests.preview.cluster import namespace, pod, policy, raw, resource
from tests.preview.reachability.test_surprises import CLOSED, FLOW, OPEN, surprises, tenant


def doubts(*resources: Resource) -> list[tuple[Difference, str, str, str]]:
    found = reachability.of(resources)
    assert found.surprises == (), "what is not known is no surprise that is certain"
    return [(each.difference, each.source, each.target, each.ports) for each in found.doubts]


ANYTHING_OUT = (Difference.MAY_BE_OPEN, "t-b[all]", "anywhere", "not known yet")


def test_what_is_declared_into_a_namespace_with_an_unknown_policy_is_still_declared():
    unknown = policy("t-b", "more", policyTypes=["Egress"], egress=UNKNOWN)
    assert doubts(*CLOSED, *OPEN, unknown, tenant(FLOW)) == [ANYTHING_OUT]


def test_what_an_unknown_policy_may_open_is_a_doubt_in_the_directions_that_it_may_be_about():
    anything_in = (Difference.MAY_BE_OPEN, "anywhere", "t-b[all]", "not known yet")
    for spec, told in (
        ({"policyTypes": ["Egress"], "egress": UNKNOWN}, [ANYTHING_OUT]),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": UNKNOWN}}]}]}, [anything_in]),
        ({"policyTypes": UNKNOWN, "egress": [{}], "ingress": [{}]}, [anything_in, ANYTHING_OUT]),
        ({"podSelector": UNKNOWN}, []),
    ):
        assert doubts(*CLOSED, policy("t-b", "p", **spec), tenant()) == told
    whole = resource("NetworkPolicy", "p", "t-b", spec=UNKNOWN)
    assert doubts(*CLOSED, whole, tenant()) == [anything_in, ANYTHING_OUT]
    assert doubts(namespace("other"), policy("other", "p", egress=UNKNOWN), tenant()) == [], "it is no tenant's"


def test_a_policy_of_a_namespace_that_is_not_known_leaves_every_tenant_in_doubt():
    metadata = {"name": "p", "namespace": UNKNOWN}
    lost = raw("kubernetes:networking.k8s.io/v1:NetworkPolicy", "p", {"metadata": metadata, "spec": {"egress": [{}]}})
    told = doubts(*CLOSED, OPEN[1], lost, tenant(FLOW))
    assert told == [
        (Difference.MAY_BE_OPEN, "a namespace that is not known yet", "anywhere", "not known yet"),
        (Difference.MAY_BE_CLOSED, "t-a/any pod", "t-b/pods app=web", "TCP/80"),
    ]


def test_what_is_declared_may_be_opened_by_a_policy_that_is_not_known_yet():
    unknown = policy("t-a", "out", policyTypes=["Egress"], egress=UNKNOWN)
    (_, missing) = doubts(*CLOSED, OPEN[1], unknown, tenant(FLOW))
    assert missing == (Difference.MAY_BE_CLOSED, "t-a/any pod", "t-b/pods app=web", "TCP/80")


def test_what_only_an_unknown_policy_could_close_may_be_open():
    unknown = policy("t-b", "deny", podSelector=UNKNOWN, policyTypes=["Ingress", "Egress"])
    told = doubts(namespace("t-a"), CLOSED[2], namespace("t-b"), unknown, tenant())
    assert told
    assert {each[0] for each in told} == {Difference.MAY_BE_OPEN}
    assert (Difference.MAY_BE_OPEN, "t-b/any pod", "anywhere", "all") in told


def test_what_a_known_policy_opens_stays_certain_whatever_another_says():
    unknown = policy("t-b", "more", policyTypes=["Ingress"], ingress=UNKNOWN)
    certain = surprises(*CLOSED, *OPEN, unknown, tenant())
    assert certain == [(Difference.NOT_DECLARED, "t-a/any pod", "t-b/pods app=web", "TCP/80")]


def test_one_namespace_in_doubt_leaves_what_is_certain_of_its_neighbours():
    open_to_all = [namespace("t-a"), namespace("t-b")]
    unknown = policy("t-b", "deny", podSelector=UNKNOWN)
    found = reachability.of([*open_to_all, unknown, tenant()])
    certain = [(each.source, each.target) for each in found.surprises]
    assert ("t-a/any pod", "t-a/any pod") in certain
    assert ("anywhere", "t-a/any pod") in certain
    assert not [each for each in certain if each[1] == "t-b/any pod"], "the unknown policy may close its ingress"
    assert ("anywhere", "t-b/any pod") in [(each.source, each.target) for each in found.doubts]


def test_labels_of_a_namespace_and_pods_that_are_not_known_leave_what_depends_on_them_in_doubt():
    unlabelled = resource("Namespace", "t-b", metadata={"labels": UNKNOWN})
    rest = [each for each in CLOSED if each.name != "/t-b"]
    (told,) = doubts(*rest, unlabelled, OPEN[1], tenant(FLOW))
    assert told[0] is Difference.MAY_BE_CLOSED
    hidden = resource("Pod", "web", "t-b", metadata={"labels": UNKNOWN}, spec={"containers": []})
    (lonely,) = doubts(*CLOSED, *OPEN, pod("t-b", "other", {"app": "other"}), hidden, tenant(FLOW))
    assert lonely[0] is Difference.MAY_HAVE_NO_POD


def test_the_report_tells_what_is_not_known_apart_from_surprises():
    found = reachability.of([*CLOSED, policy("t-b", "p", policyTypes=["Egress"], egress=UNKNOWN), tenant()])
    text = list(report.lines(found))
    assert text[0] == "reachability: 2 kinds of pods, 0 surprises, 1 not known"
    assert text[1] == "  unknown: may be open, and is not declared: t-b[all] -> anywhere not known yet"
    assert report.as_json(found)["doubts"][0]["difference"] == "may be open, and is not declared"
