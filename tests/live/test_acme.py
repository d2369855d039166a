"""Certificates for the edge are had from a real ACME server by cert-manager's own controllers, by records of DNS.

The server is Pebble. It validates by asking the DNS of the zone, which takes changes by RFC 2136 that the zone's key
signed, and it takes accounts only that are bound to one of its own. How a cloud's DNS is written only a cloud tells.
"""

import base64
import datetime
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from kubernetes import client

from components import clock, settings
from components.admission import AdmissionWaiver
from components.environment import deploy
from components.platform import certificates
from local import charts, recipes
from local.tools import Toolbox
from tests.edge_stacks import HOST
from tests.live.acme_server import ADDRESS, OTHER, Server
from tests.live.admission import wait
from tests.live.issuance import HOOKS, WHO_ASKS, Issuance, certificate, manifests, request, verified
from tests.recording import record

pytestmark = pytest.mark.live

EDGE = {"name": "edge-shop-web", "kind": "ClusterIssuer", "group": "cert-manager.io"}
WAIVED = [
    AdmissionWaiver(control=control, namespace="", name=name, expires=clock.today() + datetime.timedelta(days=30))
    for control, name in (
        ("rbac-no-admission-changes", "cert-manager-cainjector"),
        # Of DNS servers that are no cloud's, none knows who asks but by a key that both have.
        ("issuer-no-static-credential", "edge-*"),
    )
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    program = Toolbox(recipes={recipes.ACME_SERVER: recipes.acme_server()}).path(recipes.ACME_SERVER)
    made = Server(tmp_path_factory.mktemp("acme"))
    command = [program, "-folder", made.folder, "-acme", f"{ADDRESS}:{made.acme}", "-dns", f"{ADDRESS}:{made.dns}"]
    # It would wait before it looks, and refuse some requests, so that clients learn to bear it.
    quick = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    with (
        (made.folder / "server.log").open("wb") as log,
        subprocess.Popen([*command, "-zone", "example.com"], stdout=log, stderr=log, env=quick) as process,
    ):
        try:
            wait(lambda: (made.folder / "root.pem").exists())
            yield made
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def found(tools: Toolbox, server: Server) -> list[dict[str, Any]]:
    """Everything that the stack puts into the cluster."""
    charts.provide(tools, ["cert-manager", "trust-manager"])
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        declared = settings.load(server.stack(), "test")

        def program() -> None:
            deploy(declared, WAIVED)

        return manifests(list(record(program).values()))


@pytest.fixture(scope="module")
def issuance(
    control_plane: Any, found: list[dict[str, Any]], server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Issuance]:
    """The objects but for webhooks, which nothing answers here, the two Secrets, and the controllers at work."""
    program = Toolbox(recipes={recipes.CERT_MANAGER: recipes.cert_manager()}).path(recipes.CERT_MANAGER)
    made = Issuance(control_plane.kubeconfig)
    present = [*WHO_ASKS, *(each for each in found if each["kind"] not in HOOKS)]
    brought = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": "platform-authorities"},
            "stringData": {"key": value},
        }
        for name, value in server.secrets.items()
    ]
    try:
        made.apply([*present, *brought])
        arguments = ("-dns01-recursive-nameservers", f"{ADDRESS}:{server.dns}")
        with made.controllers(program, tmp_path_factory.mktemp("controllers"), *arguments):
            made.ready(found)
            yield made
    finally:
        made.delete(present)


def challenges(issuance: Issuance, namespace: str) -> list[Any]:
    return issuance.resource("acme.cert-manager.io/v1", "Challenge").get(namespace=namespace).items


def test_a_host_has_a_certificate_of_the_server_after_its_record_was_seen(issuance: Issuance, server: Server) -> None:
    held = issuance.secret("shop-web", "web-edge")
    leaf = verified(held["tls.crt"], server.root, HOST)[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOST]
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    assert verified(issuance.secret("shop-api", "api-edge")["tls.crt"], server.root, OTHER)


def test_a_certificate_lives_as_long_as_the_profile_says_and_is_renewed_in_the_last_third(
    issuance: Issuance, server: Server
) -> None:
    leaf = verified(issuance.secret("shop-web", "web-edge")["tls.crt"], server.root, HOST)[0]
    lives = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    assert abs(lives - datetime.timedelta(days=6)) < datetime.timedelta(minutes=1)
    status = (issuance.read("cert-manager.io/v1", "Certificate", "web-edge", "shop-web") or {})["status"]
    renewed = datetime.datetime.fromisoformat(status["renewalTime"])
    assert abs(renewed - leaf.not_valid_before_utc - lives * 2 / 3) < datetime.timedelta(minutes=1)


def test_nothing_stays_of_a_challenge_and_no_pod_was_made_for_it(issuance: Issuance) -> None:
    for each in ("shop-web", "shop-api"):
        wait(lambda name=each: challenges(issuance, name) == [])
        assert issuance.core.list_namespaced_pod(each).items == []


def test_each_namespace_has_an_account_whose_key_lies_where_no_tenant_is(issuance: Issuance) -> None:
    keys = {
        name: issuance.secret("platform-authorities", name)["tls.key"] for name in ("edge-shop-web", "edge-shop-api")
    }
    assert len(set(keys.values())) == 2
    uris = {
        (issuance.read("cert-manager.io/v1", "ClusterIssuer", name) or {})["status"]["acme"]["uri"] for name in keys
    }
    assert len(uris) == 2
    for each in ("shop-web", "shop-api"):
        held = [
            secret for one in issuance.core.list_namespaced_secret(each).items for secret in (one.data or {}).values()
        ]
        assert not {base64.b64encode(key).decode() for key in keys.values()} & set(held)


ANY_HOST = {
    "server": "https://acme.example/directory",
    "privateKeySecretRef": {"name": "account"},
    "solvers": [{"http01": {"ingress": {"ingressClassName": "internal"}}}],
}

AUTHORITY = certificate(
    "refused",
    "shop-api",
    dnsNames=[HOST],
    issuerRef=EDGE,
    isCA=True,
    nameConstraints=certificates.name_constraints("shop-api", "cluster.local"),
)
"""One that the other controls let pass, as its names are constrained."""


@pytest.mark.parametrize(
    ("control", "manifest"),
    [
        ("certificate-edge-hosts", certificate("refused", "shop-web", dnsNames=[OTHER], issuerRef=EDGE)),
        ("certificate-edge-hosts", certificate("refused", "shop-web", dnsNames=["x.example.com"], issuerRef=EDGE)),
        ("certificate-edge-hosts", certificate("refused", "shop-api", dnsNames=[OTHER], issuerRef=EDGE)),
        ("certificate-edge-hosts", AUTHORITY),
        (
            "issuer-acme-by-dns",
            {
                "apiVersion": "cert-manager.io/v1",
                "kind": "Issuer",
                "metadata": {"name": "refused", "namespace": "shop-web"},
                "spec": {"acme": ANY_HOST},
            },
        ),
        (
            "issuer-acme-own-hosts",
            {
                "apiVersion": "cert-manager.io/v1",
                "kind": "ClusterIssuer",
                "metadata": {"name": "everybody"},
                "spec": {"acme": {**ANY_HOST, "solvers": [{"dns01": {"route53": {"hostedZoneID": "Z1"}}}]}},
            },
        ),
    ],
)
def test_the_api_server_refuses_hosts_and_issuers_that_no_stack_declares(
    issuance: Issuance, control: str, manifest: dict[str, Any]
) -> None:
    assert control in issuance.create(manifest)


def test_nobody_but_cert_manager_asks_a_namespaces_issuer_past_its_certificates(issuance: Issuance) -> None:
    asked = request("past", HOST, EDGE)
    asked["metadata"]["namespace"] = "shop-web"
    assert "certificate-request-own-issuer" in issuance.create(asked)


def test_a_host_of_another_namespace_has_no_solver_even_where_no_control_looks(issuance: Issuance) -> None:
    """kube-system is exempt from the controls: what is refused there, cert-manager itself refuses."""
    foreign = certificate("foreign", "kube-system", dnsNames=[OTHER], issuerRef=EDGE)
    assert issuance.create(foreign) == ""

    def said() -> list[str]:
        events = issuance.core.list_namespaced_event("kube-system", field_selector="involvedObject.kind=Order").items
        return [each.message or "" for each in events if each.reason == "Solver"]

    try:
        assert "no configured challenge solvers can be used" in wait(said)[0]
        assert challenges(issuance, "kube-system") == []
    finally:
        issuance.delete([foreign])


def test_nobody_but_cert_manager_writes_challenges_whatever_rights_they_were_given(issuance: Issuance) -> None:
    """A challenge is a record in the zone: whoever writes one has the host at an account of their own."""
    rbac = "rbac.authorization.k8s.io"
    role = {
        "apiVersion": f"{rbac}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "writes-challenges"},
        "rules": [{"apiGroups": ["acme.cert-manager.io"], "resources": ["challenges", "orders"], "verbs": ["create"]}],
    }
    binding = {
        "apiVersion": f"{rbac}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": role["metadata"],
        "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": "writes-challenges"},
        "subjects": [{"kind": "User", "name": "careless", "apiGroup": rbac}],
    }
    spec = {
        "authorizationURL": "https://acme.example/1",
        "dnsName": HOST,
        "issuerRef": EDGE,
        "key": "chosen",
        "solver": {"dns01": {"route53": {"hostedZoneID": "Z1"}}},
        "token": "chosen",
        "type": "DNS-01",
        "url": "https://acme.example/2",
        "wildcard": False,
    }
    challenge = {
        "apiVersion": "acme.cert-manager.io/v1",
        "kind": "Challenge",
        "metadata": {"name": "chosen", "namespace": "shop-web"},
        "spec": spec,
    }
    careless = client.ApiClient(issuance.api.configuration)
    careless.set_default_header("Impersonate-User", "careless")
    issuance.apply([role, binding])
    try:
        wait(lambda: "acme-by-cert-manager" in issuance.create(challenge, careless))
    finally:
        issuance.delete([role, binding])


@pytest.mark.parametrize(
    ("verb", "group", "resource"),
    [
        ("create", "", "pods"),
        ("create", "", "services"),
        ("create", "networking.k8s.io", "ingresses"),
        ("update", "networking.k8s.io", "ingresses"),
        ("create", "gateway.networking.k8s.io", "httproutes"),
    ],
)
def test_cert_manager_may_make_nothing_in_a_tenants_namespace_to_show_a_host(
    issuance: Issuance, verb: str, group: str, resource: str
) -> None:
    assert not issuance.may("platform-certificates:cert-manager", verb, group, resource, "shop-web", "")
