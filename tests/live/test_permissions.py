"""Who can do what is what the real API server says, bootstrap roles and aggregation included."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from kubernetes import client

from policies.model import Resource
from preview import permissions
from preview.permissions import Identity, Request, Subject
from preview.permissions.subjects import SubjectKind
from tests.live.cluster import Cluster
from tests.live.rbac_objects import LABEL, Chance, Objects
from tests.preview.cluster import raw

pytestmark = pytest.mark.live

SEED, OBJECTS, REQUESTS = 11, 40, 6000
NAMESPACES = [f"{LABEL}-a", f"{LABEL}-b"]
LAST_ROLE = Request(verb="get", resource="lastinnamespace", namespace=NAMESPACES[0])
LAST_CLUSTER_ROLE = Request(verb="get", resource="lastincluster")


@pytest.fixture(scope="module")
def cluster(control_plane) -> Iterator[Cluster]:
    cluster = Cluster(control_plane.kubeconfig)
    for name in NAMESPACES:
        cluster.core.create_namespace({"metadata": {"name": name}})
    try:
        yield cluster
    finally:
        for delete in (cluster.rbac.delete_cluster_role_binding, cluster.rbac.delete_cluster_role):
            for name in (*(f"{LABEL}-{number}" for number in range(OBJECTS)), f"{LABEL}-{OBJECTS - 1}-last"):
                _quietly(delete, name)
        for name in NAMESPACES:
            cluster.core.delete_namespace(name)


def _quietly(delete: Any, name: str) -> None:
    try:
        delete(name)
    except client.ApiException as error:
        if error.status != 404:
            raise


@pytest.fixture(scope="module")
def chance(cluster) -> Chance:
    chance = Chance(SEED, NAMESPACES)
    made = chance.objects(OBJECTS)
    for each in made.cluster_roles:
        cluster.rbac.create_cluster_role(each)
    for each in made.roles:
        cluster.rbac.create_namespaced_role(each["metadata"]["namespace"], each)
    for each in made.role_bindings:
        cluster.rbac.create_namespaced_role_binding(each["metadata"]["namespace"], each)
    for each in made.cluster_role_bindings:
        cluster.rbac.create_cluster_role_binding(each)
    _wait_until_in_force(cluster, made)
    return chance


def _create_last(cluster: Cluster) -> None:
    metadata, namespace = {"name": f"{LABEL}-{OBJECTS - 1}-last"}, NAMESPACES[0]
    for kind, asked in (("Role", LAST_ROLE), ("ClusterRole", LAST_CLUSTER_ROLE)):
        role = {
            "metadata": metadata,
            "rules": [{"verbs": [asked.verb], "apiGroups": [""], "resources": [asked.resource]}],
        }
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": metadata["name"]}
        binding = {"metadata": metadata, "roleRef": reference, "subjects": [{"kind": "User", "name": "last"}]}
        if kind == "Role":
            cluster.rbac.create_namespaced_role(namespace, role)
            cluster.rbac.create_namespaced_role_binding(namespace, binding)
        else:
            cluster.rbac.create_cluster_role(role)
            cluster.rbac.create_cluster_role_binding(binding)


def _wait_until_in_force(cluster: Cluster, made: Objects) -> None:
    """The authorizer and the controller that aggregates see objects a moment after they were created."""
    found = permissions.of(resources(cluster))
    wanted = {
        each["metadata"]["name"]: {rule for grant in _grants_of(found, each) for rule in grant.rules}
        for each in made.cluster_roles
        if "aggregationRule" in each
    }
    deadline = time.monotonic() + 60
    while any(len(_rules_there(cluster, name)) < len(rules) for name, rules in wanted.items()):
        assert time.monotonic() < deadline, "the controller did not aggregate"
        time.sleep(0.5)
    _create_last(cluster)
    # What was created last is seen last, kind by kind.
    for each in (LAST_ROLE, LAST_CLUSTER_ROLE):
        while not says_the_api_server(cluster, Identity("last", frozenset()), each):
            assert time.monotonic() < deadline, "the authorizer did not see the last binding"
            time.sleep(0.1)


def _grants_of(found: permissions.Permissions, role: dict[str, Any]) -> list[Any]:
    name = f"ClusterRole {role['metadata']['name']}"
    return [grant for grants in found.grants.values() for grant in grants if grant.role == name]


def _rules_there(cluster: Cluster, name: str) -> list[Any]:
    return cluster.rbac.read_cluster_role(name).rules or []


def resources(cluster: Cluster) -> list[Resource]:
    """All RBAC objects of the cluster, those that it brings itself included."""
    listed = {
        "Role": cluster.rbac.list_role_for_all_namespaces,
        "ClusterRole": cluster.rbac.list_cluster_role,
        "RoleBinding": cluster.rbac.list_role_binding_for_all_namespaces,
        "ClusterRoleBinding": cluster.rbac.list_cluster_role_binding,
    }
    return [
        raw(
            f"kubernetes:rbac.authorization.k8s.io/v1:{kind}",
            each.metadata.name,
            cluster.api.sanitize_for_serialization(each),
        )
        for kind, list_ in listed.items()
        for each in list_().items
    ]


def says_the_api_server(cluster: Cluster, identity: Identity, request: Request) -> bool:
    if request.path:
        asked = {"nonResourceAttributes": {"path": request.path, "verb": request.verb}}
    else:
        resource, _, subresource = request.resource.partition("/")
        attributes = {"verb": request.verb, "group": request.group, "resource": resource, "subresource": subresource}
        asked = {"resourceAttributes": {**attributes, "name": request.name, "namespace": request.namespace or ""}}
    spec = {"user": identity.user, "groups": sorted(identity.groups), **asked}
    review = client.AuthorizationV1Api(cluster.api).create_subject_access_review({"spec": spec})
    return bool(review.status.allowed)


def test_every_answer_is_that_of_the_api_server(cluster, chance):
    found = permissions.of(resources(cluster))
    asked = [chance.asking() for _ in range(REQUESTS)]
    with ThreadPoolExecutor(8) as pool:
        truth = list(pool.map(lambda each: says_the_api_server(cluster, *each), asked))
    ours = [found.allows(*each) for each in asked]
    assert [each for each, one, other in zip(asked, truth, ours, strict=True) if one != other] == []
    assert REQUESTS * 0.1 < sum(truth) < REQUESTS * 0.9, "both answers are common"


@pytest.mark.parametrize("role", ["admin", "edit", "view", "cluster-admin"])
def test_an_aggregated_role_of_the_cluster_has_the_rules_that_the_controller_put_together(cluster, chance, role):
    binding = {
        "metadata": {"name": "x", "namespace": NAMESPACES[0]},
        "roleRef": {"kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "User", "name": "x"}],
    }
    mine = raw("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "x", binding)
    found = permissions.of([*resources(cluster), mine])
    (grant,) = found.grants[Subject(SubjectKind.USER, "x")]
    there = cluster.api.sanitize_for_serialization(_rules_there(cluster, role))
    assert set(grant.rules) == {permissions.Rule.of(each) for each in there}


def test_a_service_account_is_in_the_groups_that_we_say(cluster):
    subject = Subject(SubjectKind.SERVICE_ACCOUNT, "account-0", NAMESPACES[0])
    cluster.core.create_namespaced_service_account(subject.namespace, {"metadata": {"name": subject.name}})
    token = cluster.core.create_namespaced_service_account_token(subject.name, subject.namespace, {"spec": {}})
    configuration = client.Configuration()
    configuration.host, configuration.ssl_ca_cert = (
        cluster.api.configuration.host,
        cluster.api.configuration.ssl_ca_cert,
    )
    configuration.api_key = {"authorization": f"Bearer {token.status.token}"}
    reviews = client.AuthenticationV1Api(client.ApiClient(configuration))
    info = reviews.create_self_subject_review({}).status.user_info
    assert Identity(info.username, frozenset(info.groups)) == Identity.of(subject)
