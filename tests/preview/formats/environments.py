"""Environments to report on, made from resources without running a program."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from components.errors import UserError
from policies import clock
from policies.catalogue import all_controls
from policies.model import Baseline, Control, Resource, Severity, Waiver
from policies.values import UNKNOWN, Props
from preview.change import compare, snapshot
from preview.change.model import Change, Presence
from preview.change.snapshot import Snapshot
from preview.exit_code import ExitCode
from preview.program import Recording
from preview.result import Risks, StackResult, failed, judged
from tests.preview.cluster import namespace, pod, policy, raw, resource

SECRET = "hunter2-of-nobody"
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&{{7*7}}"
"""What a name must not be able to do: end the script, load, run, or speak to the template engine."""
WEB, API = {"app": "web"}, {"app": "api"}
HTTP = [{"port": 80}]
TODAY = clock.today()


def in_days(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


def result(
    name: str,
    resources: Sequence[Resource],
    waivers: Sequence[Waiver] = (),
    baselines: Sequence[Baseline] = (),
    *,
    strict: bool = False,
) -> StackResult:
    recording = Recording(resources=tuple(map(whole, resources)), outputs={})
    risks = Risks(waivers=waivers, baselines=baselines, today=TODAY)
    return judged(name, [recording], risks, [*all_controls(), BROKEN], strict=strict)


def whole(each: Resource) -> Resource:
    """A Kubernetes object with the fields that say what it is, as the program gives them."""
    package, _, rest = each.type.partition(":")
    if package != "kubernetes":
        return each
    version, _, kind = rest.rpartition(":")
    return replace(each, props=Props({"apiVersion": version.removeprefix("core/"), "kind": kind, **each.props.plain}))


def _breaks(_: Props) -> None:
    raise ValueError(SECRET)


BROKEN = Control(
    id="test-broken",
    title="Nothing",
    severity=Severity.LOW,
    why="It breaks.",
    fix="Mend it.",
    url="https://example.com/",
    types=("kubernetes:rbac.authorization.k8s.io/v1:Role",),
    check=_breaks,
)


def in_namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def closed(*names: str) -> list[Resource]:
    """Namespaces that policies close in both directions."""
    both = ["Ingress", "Egress"]
    return [each for name in names for each in (namespace(name), policy(name, "deny", policyTypes=both))]


def tenant(*flows: dict[str, Any], name: str = "shop") -> Resource:
    namespaces = [f"{name}-web", f"{name}-api", f"{name}-jobs"]
    return raw("secureclusters:tenancy:Tenant", name, {"name": name, "namespaces": namespaces, "allow": list(flows)})


DECLARED = {
    "from": {"namespace": "web", "pods": WEB},
    "to": {"namespace": "api", "pods": API},
    "ports": [{"port": 80}],
}
NOT_OPEN = {
    "from": {"namespace": "jobs", "pods": "all"},
    "to": {"namespace": "api", "pods": API},
    "ports": [{"port": 9}],
}


def cluster(**upgrades: Any) -> Resource:
    plan = {"version": "1.35", "channel": "stable", "supportEnds": f"{in_days(20)}", "surge": 33, **upgrades}
    return raw("secureclusters:aws:Cluster", "prod", {"upgrades": plan})


def troubled() -> list[Resource]:
    """An environment in which something is wrong with everything that a report tells."""
    web = {**in_namespace("shop-web"), "podSelector": {"matchLabels": WEB}}
    api = {**in_namespace("shop-api"), "podSelector": {"matchLabels": API}}
    return [
        cluster(freezes=[{"from": "2099-12-14", "to": "2100-01-04", "reason": "the busiest weeks"}]),
        *closed("shop-web", "shop-api", "shop-jobs"),
        tenant(DECLARED, NOT_OPEN),
        pod("shop-web", "web", WEB, hostPID=True, volumes=[{"name": "s", "secret": {"secretName": "s"}}]),
        pod("shop-api", "api", API, nodeName=UNKNOWN),
        pod("shop-jobs", "job", {"app": "job"}),
        policy("shop-web", "out", podSelector={"matchLabels": WEB}, policyTypes=["Egress"], egress=[
            {"to": [api], "ports": HTTP}, {"to": [in_namespace("shop-jobs")]},
        ]),
        policy("shop-web", "door", podSelector={"matchLabels": WEB}, ingress=[{"from": [], "ports": HTTP}]),
        policy("shop-api", "in", podSelector={"matchLabels": API}, ingress=[{"from": [web], "ports": HTTP}]),
        policy("shop-jobs", "in", ingress=[{"from": [in_namespace("shop-web")]}]),
        *closed("elsewhere"),
        policy("elsewhere", "unsure", egress=UNKNOWN),
        resource("Service", "front", "shop-web", spec={"type": "LoadBalancer", "selector": WEB, "ports": HTTP}),
        resource("Service", "inner", "shop-api", spec={"type": "NodePort", "selector": API, "ports": HTTP}),
        resource("ClusterRole", "everything", rules=[{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]),
        resource(
            "Role",
            "reader",
            "shop-web",
            rules=[{"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["one"], "verbs": ["get"]}],
        ),
        bound("everything", None, {"kind": "Group", "name": "admins"}),
        bound("reader", "shop-web", {"kind": "User", "name": "anne"}, kind="Role"),
        bound("view", "shop-web", {"kind": "User", "name": "bob"}),
        raw("kubernetes:core/v1:Secret", "s", {"metadata": {"name": "s"}, "stringData": {"password": SECRET}}),
    ]  # fmt: skip


def bound(role: str, namespace_: str | None, subject: dict[str, Any], kind: str = "ClusterRole") -> Resource:
    binding = "RoleBinding" if namespace_ else "ClusterRoleBinding"
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
    return resource(binding, f"b-{role}", namespace_, roleRef=ref, subjects=[subject])


def waiver(control: str, **changes: Any) -> Waiver:
    fields: dict[str, Any] = {
        "control": control,
        "stack": "test",
        "resource": "*",
        "reason": "The vendor's agent needs it until release 7.",
        "owner": "shop-team",
        "expires": in_days(25),
        **changes,
    }
    return Waiver(**fields)


WAIVERS = (
    waiver(
        "service-load-balancer-sources",
        compensating="The web application firewall stands before it.",
        review=in_days(10),
    ),
    waiver("workload-no-host-namespaces", owner="agent-team", expires=in_days(90)),
    waiver("workload-liveness-probe", expires=in_days(-3), review=in_days(-9)),
)
BASELINES = (
    Baseline(
        stack="test",
        owner="platform-team",
        expires=in_days(60),
        violations=frozenset({("workload-not-privileged", "kubernetes:core/v1:Pod::gone")}),
    ),
)


def every_trouble() -> list[StackResult]:
    """Three environments: one with every kind of trouble, a calm one, and one that could not be previewed."""
    broken = UserError("secure-clusters:owner: missing; who answers for the environment")
    return [
        result("prod", troubled(), WAIVERS, BASELINES),
        result("calm", [raw("kubernetes:core/v1:ConfigMap", "c", {"metadata": {"name": "c", "namespace": "calm"}})]),
        failed("broken", broken, ExitCode.BAD_CONFIGURATION),
    ]


def changed() -> list[StackResult]:
    """Environments that a change does everything to that can be told, and one each that it makes, takes and breaks."""
    before = [
        *closed("shop-web", "shop-api", "shop-jobs", "shop-old"),
        tenant(DECLARED),
        pod("shop-web", "web", WEB, hostPID=True),
        pod("shop-jobs", "job", {"app": "job"}),
        raw("kubernetes:core/v1:Secret", "s", {"metadata": {"name": "s"}, "stringData": {"password": "before"}}),
        raw("kubernetes:core/v1:ConfigMap", "c", {"metadata": {"name": "c"}, "data": {"one": "1", "two": "2"}}),
        bound("everything", "shop-web", {"kind": "Group", "name": "leavers"}),
    ]
    end = waiver("workload-no-host-namespaces", expires=in_days(90))
    longer = replace(end, expires=in_days(120))
    return [
        compared("prod", before, troubled(), [end], [longer]),
        compared("same", closed("a"), closed("a")),
        compared("fresh", None, closed("a", "b")),
        compare.removed(_side(result("gone", closed("a"))), COMPARED),
        replace(
            failed("broken", UserError("secure-clusters:owner: missing"), ExitCode.BAD_CONFIGURATION),
            change=replace(COMPARED, presence=Presence.BROKEN),
        ),
        replace(result("unread", closed("a")), change=replace(COMPARED, problem="there is no comparison with main")),
    ]


COMPARED = Change(ref="main", commit="0123456789abcdef")


def compared(
    name: str,
    before: Sequence[Resource] | None,
    after: Sequence[Resource],
    waived: Sequence[Waiver] = (),
    waives: Sequence[Waiver] = (),
) -> StackResult:
    """The result of what is there after a change, with what differs from what was there before."""
    now = result(name, after, waives)
    old = None if before is None else _side(result(name, before, waived), waived)
    return compare.compared(old, _side(now, waives), now, COMPARED)


def _side(found: StackResult, waivers: Sequence[Waiver] = ()) -> Snapshot:
    return snapshot.of(found, waivers, ["test"], "00" * 32)


def hostile() -> list[StackResult]:
    """An environment of names that no API server would take, but that a program can write."""
    named = [
        *closed(HOSTILE),
        pod(HOSTILE, HOSTILE, {HOSTILE: HOSTILE}, hostPID=True),
        resource("Service", HOSTILE, HOSTILE, spec={"type": "LoadBalancer", "selector": {HOSTILE: HOSTILE}}),
        policy(HOSTILE, HOSTILE, ingress=[{"from": [in_namespace(HOSTILE)]}]),
        resource("ClusterRole", HOSTILE, rules=[{"apiGroups": [""], "resources": [HOSTILE], "verbs": [HOSTILE]}]),
        bound(HOSTILE, None, {"kind": "User", "name": HOSTILE}),
        raw("secureclusters:aws:Cluster", HOSTILE, {"upgrades": {"version": HOSTILE, "channel": HOSTILE}}),
    ]
    risk = waiver("workload-no-host-namespaces", reason=HOSTILE, owner=HOSTILE, resource=HOSTILE, compensating=HOSTILE)
    return [result(HOSTILE, named, [risk]), failed(HOSTILE, UserError(HOSTILE), ExitCode.BAD_CONFIGURATION)]


def large(namespaces: int) -> list[Resource]:
    """An environment of so many namespaces, nine resources each: closed, with a way to DNS and one to its neighbour."""
    return [each for number in range(namespaces) for each in _of_large(number, namespaces)]


def _of_large(number: int, namespaces: int) -> list[Resource]:
    name, neighbour = f"team{number // 5}-n{number}", (number + 1) % namespaces
    dns = {**in_namespace("kube-system"), "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
    to_dns = [{"to": [dns], "ports": [{"port": 53, "protocol": "UDP"}]}]
    to = {**in_namespace(f"team{neighbour // 5}-n{neighbour}"), "podSelector": {"matchLabels": API}}
    before = (number - 1) % namespaces
    source = in_namespace(f"team{before // 5}-n{before}")
    of_web = {"podSelector": {"matchLabels": WEB}, "policyTypes": ["Egress"]}
    group = {"kind": "Group", "name": f"team{number // 5}"}
    return [
        *closed(name),
        policy(name, "dns", policyTypes=["Egress"], egress=to_dns),
        policy(name, "next", **of_web, egress=[{"to": [to], "ports": HTTP}]),
        policy(name, "in", podSelector={"matchLabels": API}, ingress=[{"from": [source], "ports": HTTP}]),
        pod(name, "web", WEB),
        pod(name, "api", API),
        resource("ServiceAccount", "app", name),
        bound("developer", name, group),
    ]  # fmt: skip
