"""The policy pack, the admission policies and Pod Security say the same of the same objects.

Differences are named here, each with its reason; one that is not named fails.
"""

import copy
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from components.admission.controls import workload_controls
from policies.model import Outcome
from policies.values import unknown_paths
from tests.live.admission import ARGS, only
from tests.live.odd_objects import DIGEST, objects, workload
from tests.live.pod_security_fixtures import LEVELS, Fixture, controls_of, fixtures
from tests.live.verdicts_of_cluster import ENFORCED, Saying, auditing, enforced_controls, saying_of_evaluator
from tests.live.violating_objects import UNSEEN, violating_objects
from tests.policies.fixtures import PARAMETERS, cases

pytestmark = pytest.mark.live

MINORS = ("1.34", "1.35", "1.36", "1.37")
ODD_OBJECTS = 2500

REFUSED_BY_VALIDATION = {
    f"{level}/v{minor}/fail/procmount{number}"
    for level in LEVELS
    for minor in ("1.35", "1.36", "1.37")
    for number in (0, 1)
}
"""Fixtures that the API server's own validation refuses, whatever the policies say."""

_CUSTOM = (
    *("cert-manager.io", "external-secrets.io", "gateway.networking.k8s.io"),
    *("istio.io", "linkerd.io", "upgrade.cattle.io"),
)
"""How the API groups of kinds end that no API server knows by itself."""

PACK, CLUSTER = "the pack", "the cluster"
UNKNOWN_TYPE = "workload-volume-types: a type that nobody knows yet fails"
EXPLAINED = {
    # The API server turns the old annotation into the field; in the pack that is a control of its own.
    "workload-apparmor-profile": (CLUSTER, ""),
    # The API server drops fields that it does not know, and with them the type of the volume, which makes it an
    # emptyDir. The pack refuses what it does not know.
    "workload-volume-types": (PACK, UNKNOWN_TYPE),
    "workload-empty-dir-limited": (CLUSTER, UNKNOWN_TYPE),
}
"""Controls that one enforcer may find violated alone, and how the names of those objects start."""


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_policies_and_pod_security_agree_on_every_official_fixture(cluster, level, minor):
    chosen = list(fixtures(minor, level))
    pod_security_labels = {
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": f"v{minor}",
    }
    args = ARGS.model_copy(update={"kubernetes": minor})
    with (
        cluster.namespace() as judged_by_policies,
        cluster.namespace(pod_security_labels) as judged_by_pod_security,
    ):
        # First without any policy: what is refused now is refused for a reason of its own.
        pod_security = {fixture: cluster.send(fixture.pod, judged_by_pod_security) for fixture in chosen}
        bare = {fixture: cluster.send(fixture.pod, judged_by_policies) for fixture in chosen}
        with cluster.enforcing(args, controls=only(*controls_of(level))):
            policies = {fixture: cluster.send(fixture.pod, judged_by_policies) for fixture in chosen}
    taken = [fixture for fixture in chosen if bare[fixture].admitted]
    expected = REFUSED_BY_VALIDATION & {fixture.name for fixture in chosen}
    assert {fixture.name: bare[fixture] for fixture in chosen if fixture not in taken}.keys() == expected
    assert {each: policies[each] for each in taken if not _agrees(each, policies[each], "denied_by_policy")} == {}
    assert {
        each: pod_security[each] for each in taken if not _agrees(each, pod_security[each], "denied_by_pod_security")
    } == {}
    assert len(taken) > 45


def _agrees(fixture: Fixture, answer: Any, denied: str) -> bool:
    return answer.admitted if fixture.allowed else getattr(answer, denied)


def test_both_enforcers_find_the_same_violations_in_odd_objects(cluster, control_plane):
    manifests = {f"{each['kind']} {each['metadata']['name']}": each for each in objects(ODD_OBJECTS)}
    judged, differences, _ = _differences(cluster, control_plane, manifests)
    assert differences == []
    assert judged > ODD_OBJECTS * 0.8


def test_both_enforcers_find_the_same_violations_in_the_fixtures_of_every_control(cluster, control_plane):
    with ExitStack() as defined:
        for (group, kind, plural), versions in _custom_kinds().items():
            scope = "Cluster" if kind.startswith("Cluster") else "Namespaced"
            defined.enter_context(cluster.defining(group, kind, plural, *versions, scope=scope))
        judged, differences, violated = _differences(
            cluster, control_plane, dict([*_corpus(), *violating_objects()]), PARAMETERS
        )
    assert differences == []
    assert judged > 800
    # An enforcer that says nothing of a control agrees with any other; so each control is violated somewhere.
    assert ENFORCED - violated == set(UNSEEN)


def _differences(cluster, control_plane, manifests, parameters=None) -> tuple[int, list[str], set[str]]:
    """Return how many objects the API server took, every difference without explanation, and what was violated."""
    log = control_plane.workspace.logs / "audit.log"
    lists = {name: text.split(",") for name, text in parameters.data if text} if parameters else None
    with cluster.namespace() as namespace, auditing(cluster, log, lists) as asked:
        for key, manifest in manifests.items():
            asked.ask(key, manifest, namespace)
    in_cluster = asked.sayings()
    controls = enforced_controls(parameters)
    found = [
        difference
        for key, saying in in_cluster.items()
        for difference in _named(key, saying_of_evaluator(manifests[key], controls), saying)
    ]
    return len(in_cluster), found, {control for saying in in_cluster.values() for control in saying.violated}


def _named(key: str, pack: Saying, cluster: Saying) -> Iterator[str]:
    for control in sorted(pack.violated ^ cluster.violated):
        who = PACK if control in pack.violated else CLUSTER
        explained, start = EXPLAINED.get(control, ("", ""))
        if explained != who or not key.startswith(start):
            yield f"{key}: only {who} finds {control} violated"
    yield from (f"{key}: the pack can't evaluate {control}" for control in sorted(pack.broken))
    yield from (f"{key}: the cluster can't evaluate {what}" for what in sorted(cluster.broken))


def _custom_kinds() -> dict[tuple[str, str, str], list[str]]:
    """Return the kinds that controls are about and that the API server does not know by itself, with their versions."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in sorted({kind for control in workload_controls() for kind in control.kinds}, key=str):
        if each.group.endswith(_CUSTOM):
            found.setdefault((each.group, each.kind, each.resource), []).append(each.version)
    return found


def _corpus() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of the controls' own fixtures, completed so that the API server takes them."""
    for case in cases():
        resource = case.resources[0]
        if case.control not in ENFORCED or case.expect is Outcome.UNKNOWN or any(unknown_paths(resource.props.plain)):
            continue
        yield f"{case.control}: {case.name}", _completed(resource.type, copy.deepcopy(dict(resource.props.plain)))


_SIZE = {"storage": "1Gi"}
_BACKEND = {"service": {"name": "a", "port": {"number": 443}}}
_PATHS = [{"path": "/", "pathType": "Prefix", "backend": _BACKEND}]
_NEEDED: dict[str, dict[str, Any]] = {
    "Service": {"ports": [{"port": 443}]},
    "Ingress": {"rules": [{"host": "a.example", "http": {"paths": _PATHS}}]},
    "PersistentVolumeClaim": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": _SIZE}},
    "PersistentVolume": {"accessModes": ["ReadWriteOnce"], "capacity": _SIZE},
}
"""What the API server asks of a kind, whatever the fixture is about."""


def _completed(type_: str, props: dict[str, Any]) -> dict[str, Any]:
    group, kind = type_.removeprefix("kubernetes:").rsplit(":", 1)
    spec, meta = _pod_of(kind, props)
    if spec is not None:
        for container in _containers(spec):
            container.setdefault("image", f"registry.k8s.io/pause{DIGEST}")
        spec.pop("ephemeralContainers", None)  # they come through an endpoint of their own
        return workload(kind, meta, spec, "fixture")
    if kind in _NEEDED:
        props["spec"] = {**_NEEDED[kind], **(props.get("spec") or {})}
    metadata = {key: value for key, value in (props.get("metadata") or {}).items() if key != "namespace"}
    version = group.removeprefix("core/")
    return {**props, "apiVersion": version, "kind": kind, "metadata": {**metadata, "name": metadata.get("name", "a")}}


def _pod_of(kind: str, props: dict[str, Any]) -> tuple[dict[str, Any] | None, Any]:
    if kind == "Pod":
        return props.get("spec"), props.get("metadata")
    template = props.get("spec") or {}
    if kind == "CronJob":
        template = (template.get("jobTemplate") or {}).get("spec") or {}
    pod = template.get("template") or {}
    return pod.get("spec"), pod.get("metadata")


def _containers(spec: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for name in ("containers", "initContainers"):
        yield from (each for each in spec.get(name) or () if isinstance(each, dict))
