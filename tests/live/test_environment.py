"""After `pulumi up` on the real API server: who may do what, what runs, what two tenants see of each other."""

import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from kubernetes.client.exceptions import ApiException

from local.engine import Engine
from policies import clock
from tests.live import projects
from tests.live.cluster import Cluster, pod

pytestmark = pytest.mark.live

END = clock.today() + datetime.timedelta(days=7)
BREAK_GLASS = {"groups": ["red-emergency"], "expires": END.isoformat(), "reason": "proves the emergency role"}
RED = {
    "name": "red",
    "owner": "red-team",
    "namespaces": [{"name": "one"}, {"name": "two"}],
    "access": {
        "viewer": ["red-viewers"],
        "developer": ["red-developers"],
        "operator": ["red-operators"],
        "breakGlass": BREAK_GLASS,
    },
}
BLUE = {"name": "blue", "owner": "blue-team", "namespaces": [{"name": "one"}], "access": {"developer": ["blue-devs"]}}
TENANT_NAMESPACES = ["red-one", "red-two", "blue-one"]

VERBS = {
    "g": "get",
    "l": "list",
    "w": "watch",
    "c": "create",
    "u": "update",
    "p": "patch",
    "d": "delete",
    "x": "deletecollection",
    "e": "escalate",
    "b": "bind",
    "i": "impersonate",
}
ROLES = ("red-viewers", "red-developers", "red-operators", "red-emergency", "blue-devs", "strangers")
# What each group may do in red-one: a column a group, a letter a verb, '-' nothing.
MATRIX = """
                                              viewers  developers  operators  emergency  blue  strangers
/configmaps                                   glw      glwcupd     glwcupd    glwcupd    -     -
/endpoints                                    glw      glw         glw        glw        -     -
/events                                       glw      glw         glw        glw        -     -
/limitranges                                  glw      glw         glw        glw        -     -
/namespaces                                   -        -           -          -          -     -
/nodes                                        -        -           -          -          -     -
/nodes/proxy                                  -        -           -          -          -     -
/persistentvolumeclaims                       glw      glwcupd     glwcupd    glwcupd    -     -
/persistentvolumes                            -        -           -          -          -     -
/pods                                         glw      glwd        glwcupd    glwcupd    -     -
/pods/attach                                  -        -           -          gcup       -     -
/pods/ephemeralcontainers                     -        -           -          gcup       -     -
/pods/eviction                                -        c           c          c          -     -
/pods/exec                                    -        -           gc         gc         -     -
/pods/log                                     glw      glw         glw        glw        -     -
/pods/portforward                             -        -           gc         gc         -     -
/pods/proxy                                   -        -           -          -          -     -
/resourcequotas                               glw      glw         glw        glw        -     -
/secrets                                      -        -           glwcupd    glwcupd    -     -
/serviceaccounts                              glw      glw         glwcupd    glwcupd    -     -
/serviceaccounts/token                        -        -           -          -          -     -
/services                                     glw      glwcupd     glwcupd    glwcupd    -     -
/services/proxy                               -        -           -          -          -     -
admissionregistration.k8s.io/validatingadmissionpolicies - -        -          -          -     -
admissionregistration.k8s.io/validatingwebhookconfigurations - -    -          -          -     -
apps/daemonsets                               glw      glw         glw        glw        -     -
apps/deployments                              glw      glwcupd     glwcupd    glwcupd    -     -
apps/deployments/scale                        -        cupd        cupd       cupd       -     -
apps/statefulsets                             glw      glwcupd     glwcupd    glwcupd    -     -
autoscaling/horizontalpodautoscalers          glw      glwcupd     glwcupd    glwcupd    -     -
batch/cronjobs                                glw      glwcupd     glwcupd    glwcupd    -     -
batch/jobs                                    glw      glwcupd     glwcupd    glwcupd    -     -
certificates.k8s.io/certificatesigningrequests/approval - -         -          -          -     -
networking.k8s.io/ingresses                   glw      glwcupd     glwcupd    glwcupd    -     -
networking.k8s.io/networkpolicies             glw      glw         glw        glwcupd    -     -
policy/poddisruptionbudgets                   glw      glwcupd     glwcupd    glwcupd    -     -
rbac.authorization.k8s.io/clusterrolebindings -        -           -          -          -     -
rbac.authorization.k8s.io/clusterroles        -        -           -          -          -     -
rbac.authorization.k8s.io/rolebindings        glw      glw         glw        glw        -     -
rbac.authorization.k8s.io/roles               glw      glw         glw        glw        -     -
"""


@pytest.fixture(scope="module")
def applied(control_plane, tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The two tenants, applied with the policy pack, and destroyed at the end."""
    root = projects.make(
        tmp_path_factory.mktemp("environment") / "project",
        {"local-test": {"tenants": [RED, BLUE]}},
        control_plane.kubeconfig,
    )
    engine = projects.engine(root, tools)
    engine.up("local-test")
    yield engine
    engine.destroy("local-test")
    assert not Cluster(control_plane.kubeconfig).namespaces() & set(TENANT_NAMESPACES), "nothing is left behind"


@pytest.fixture(scope="module")
def cluster(applied: Engine, control_plane) -> Cluster:
    return Cluster(control_plane.kubeconfig)


def test_every_role_may_do_what_the_matrix_says_and_nothing_else(cluster: Cluster) -> None:
    questions: list[tuple[str, str, str, str]] = []
    expected: set[tuple[str, str, str, str]] = set()
    for line in MATRIX.strip().splitlines()[1:]:
        name, *letters = line.split()
        group, _, resource = name.partition("/")
        assert len(letters) == len(ROLES), line
        for role, allowed in zip(ROLES, letters, strict=True):
            questions += [(role, verb, group, resource) for verb in VERBS.values()]
            expected |= {(role, VERBS[letter], group, resource) for letter in allowed if letter != "-"}

    def ask(question: tuple[str, str, str, str]) -> bool:
        role, verb, group, resource = question
        return cluster.allowed([role], verb, group, resource, "red-one")

    with ThreadPoolExecutor(8) as pool:
        actual = {question for question, answer in zip(questions, pool.map(ask, questions), strict=True) if answer}
    assert actual - expected == set(), "allowed, and must not be"
    assert expected - actual == set(), "not allowed, and must be"


def test_no_tenant_may_anything_outside_its_namespaces(cluster: Cluster) -> None:
    for group in ("red-viewers", "red-developers", "red-operators", "red-emergency"):
        for namespace in ("blue-one", "kube-system", "default", None):
            for resource in ("pods", "secrets", "configmaps", "namespaces", "nodes"):
                for verb in ("get", "list", "create", "delete"):
                    assert not cluster.allowed([group], verb, "", resource, namespace), (group, namespace, resource)


def test_two_tenants_can_not_read_each_other(cluster: Cluster) -> None:
    blue = cluster.acting_as("blue-devs")
    assert blue.list_namespaced_pod("blue-one").items == []
    for read in (blue.list_namespaced_pod, blue.list_namespaced_config_map, blue.list_namespaced_secret):
        with pytest.raises(ApiException) as refused:
            read("red-one")
        assert refused.value.status == 403


@pytest.mark.parametrize("namespace", TENANT_NAMESPACES)
def test_a_good_pod_is_accepted(cluster: Cluster, namespace: str) -> None:
    cluster.core.create_namespaced_pod(namespace, pod(), dry_run="All")


@pytest.mark.parametrize("namespace", TENANT_NAMESPACES)
@pytest.mark.parametrize(
    ("body", "told"),
    [
        (pod(privileged=True, allowPrivilegeEscalation=True), 'violates PodSecurity "restricted:latest": privileged'),
        (pod(runAsNonRoot=False), "runAsNonRoot != true"),
        (pod(limits=False), "No limit is specified"),
        (pod(cpu="5"), "maximum cpu usage per Pod is 4"),
        (pod(memory="9Gi"), "maximum memory usage per Pod is 8Gi"),
    ],
    ids=["privileged", "root", "without limits", "too much cpu", "too much memory"],
)
def test_a_bad_pod_is_refused(cluster: Cluster, namespace: str, body: dict, told: str) -> None:
    with pytest.raises(ApiException) as refused:
        cluster.core.create_namespaced_pod(namespace, body, dry_run="All")
    assert refused.value.status == 403
    assert told in refused.value.body.replace("\\", "")


@pytest.mark.parametrize("namespace", TENANT_NAMESPACES)
def test_a_pod_over_quota_is_refused(cluster: Cluster, namespace: str) -> None:
    large = pod(cpu="4", memory="1Gi")
    names = [cluster.core.create_namespaced_pod(namespace, large).metadata.name for _ in range(2)]
    try:
        with pytest.raises(ApiException) as refused:
            cluster.core.create_namespaced_pod(namespace, large)
        assert refused.value.status == 403
        assert "exceeded quota: quota" in refused.value.body
    finally:
        for name in names:
            cluster.core.delete_namespaced_pod(name, namespace, grace_period_seconds=0)


def test_a_pod_gets_no_token_of_the_default_account(cluster: Cluster) -> None:
    body = pod()
    del body["spec"]["automountServiceAccountToken"]
    created = cluster.core.create_namespaced_pod("red-one", body, dry_run="All")
    assert not created.spec.volumes, "no token volume was mounted"


def test_a_second_update_changes_nothing(applied: Engine) -> None:
    output = applied.up("local-test")
    assert "unchanged" in output
    assert " created" not in output
    assert " updated" not in output


def test_a_policy_changed_by_hand_is_found_and_put_back(applied: Engine, cluster: Cluster) -> None:
    wanted = cluster.networking.read_namespaced_network_policy("default-deny", "red-one").spec
    opened = {"spec": {"ingress": [{}], "egress": [{}]}}
    cluster.networking.patch_namespaced_network_policy("default-deny", "red-one", opened, field_manager="by-hand")
    assert cluster.networking.read_namespaced_network_policy("default-deny", "red-one").spec != wanted
    assert "red-one-default-deny" in applied.refresh("local-test")
    applied.up("local-test")
    assert cluster.networking.read_namespaced_network_policy("default-deny", "red-one").spec == wanted


def test_a_policy_deleted_by_hand_is_put_back(applied: Engine, cluster: Cluster) -> None:
    cluster.networking.delete_namespaced_network_policy("allow-dns", "red-two")
    applied.refresh("local-test")
    applied.up("local-test")
    assert cluster.networking.read_namespaced_network_policy("allow-dns", "red-two").spec.egress


def test_a_binding_widened_by_hand_is_put_back(applied: Engine, cluster: Cluster) -> None:
    mallory = {"subjects": [{"kind": "User", "name": "mallory", "apiGroup": "rbac.authorization.k8s.io"}]}
    cluster.rbac.patch_namespaced_role_binding("operator", "red-one", mallory, field_manager="by-hand")
    assert "red-one-operator" in applied.refresh("local-test")
    applied.up("local-test")
    subjects = cluster.rbac.read_namespaced_role_binding("operator", "red-one").subjects
    assert [subject.name for subject in subjects] == ["red-operators"]
