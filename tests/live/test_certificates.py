"""Certificates are issued, verified, renewed and taken away by cert-manager's own controllers on a real API server.

Its webhook is a program that can't be had as a module. What it writes into a request, who asks, an admission policy
writes here; that it fails closed is shown without it.
"""

import base64
import datetime
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import VerificationError

from components import clock, settings
from components.admission import AdmissionWaiver
from components.environment import deploy
from components.platform import trust_manager
from components.platform.certificates import Level
from local import charts, recipes
from local.tools import Toolbox
from tests.live.admission import wait
from tests.live.issuance import (
    API,
    HOOKS,
    NAME,
    NAMESPACE,
    WHO_ASKS,
    Issuance,
    certificate,
    has_secrets,
    manifests,
    request,
    verified,
)
from tests.platform_stacks import STACKS, without_secrets
from tests.recording import record

pytestmark = pytest.mark.live

WAIVED = AdmissionWaiver(
    control="rbac-no-admission-changes",
    namespace="",
    name="cert-manager-cainjector",
    expires=clock.today() + datetime.timedelta(days=30),
)


@pytest.fixture(scope="module")
def found(tools: Toolbox) -> list[dict[str, Any]]:
    """Everything that a stack with the services on puts into the cluster."""
    charts.provide(tools, ["cert-manager", "trust-manager"])
    absent = charts.obtain("external-secrets")
    if absent:
        warnings.warn(f"without External Secrets: {absent}", stacklevel=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        given = without_secrets(STACKS["existing"]) if absent else STACKS["existing"]
        declared = settings.load(given, "test")
        return manifests(list(record(lambda: deploy(declared, [WAIVED]) and None).values()))


@pytest.fixture(scope="module")
def issuance(
    control_plane: Any, found: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Issuance]:
    """The objects but for webhooks, which nothing answers here, and the controllers at work."""
    program = Toolbox(recipes={recipes.CERT_MANAGER: recipes.cert_manager()}).path(recipes.CERT_MANAGER)
    made = Issuance(control_plane.kubeconfig)
    present = [*WHO_ASKS, *(each for each in found if each["kind"] not in HOOKS)]
    try:
        made.apply(present)
        with made.controllers(program, tmp_path_factory.mktemp("controllers")):
            made.ready(found)
            yield made
    finally:
        made.delete(present)


@pytest.fixture
def root(issuance: Issuance) -> bytes:
    return issuance.secret("platform-authorities", "root")["tls.crt"]


def test_the_chain_of_a_tenants_certificate_leads_to_the_root_for_each_name_of_its_service(
    issuance: Issuance, root: bytes
) -> None:
    held = issuance.secret(NAMESPACE, "api-tls")
    for name in (NAME, f"{NAME}.cluster.local"):
        chain = verified(held["tls.crt"], root, name)
        assert [each.subject.rfc4514_string() for each in chain[1:]] == [
            f"CN={NAMESPACE}",
            "CN=secure-clusters issuing",
            "CN=secure-clusters root",
        ]
    with pytest.raises(VerificationError):
        verified(held["tls.crt"], root, "api.shop-web.svc")


def test_certificates_live_as_long_as_their_level_says_with_keys_on_an_elliptic_curve(
    issuance: Issuance, root: bytes
) -> None:
    chain = verified(issuance.secret(NAMESPACE, "api-tls")["tls.crt"], root, NAME)
    for each, level in zip(chain, reversed(Level), strict=True):
        lives = each.not_valid_after_utc - each.not_valid_before_utc
        assert lives == datetime.timedelta(hours=level.value.hours)
        key = each.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert key.key_size == level.value.size


def test_the_roots_certificate_lies_beside_trust_manager_and_the_key_of_no_authority(
    issuance: Issuance, root: bytes
) -> None:
    assert issuance.secret("platform-trust", "anchor")["ca.crt"] == root
    authorities = [issuance.secret("platform-authorities", name)["tls.key"] for name in ("root", "issuing")]
    for secret in issuance.core.list_namespaced_secret("platform-trust").items:
        assert base64.b64decode((secret.data or {}).get("tls.key", "")) not in authorities


def test_the_bundle_of_what_is_trusted_is_taken_by_its_definition(issuance: Issuance) -> None:
    bundle = issuance.read("trust.cert-manager.io/v1alpha1", "Bundle", trust_manager.BUNDLE)
    assert bundle is not None
    assert bundle["spec"]["target"]["namespaceSelector"]["matchExpressions"][0]["key"] == "secureclusters.dev/tenant"


@pytest.mark.parametrize(("dns", "holds"), [(NAME, True), ("api.shop-web.svc", False), ("bank.example.org", False)])
def test_what_a_namespaces_authority_signs_for_another_name_fails_verification(
    issuance: Issuance, root: bytes, dns: str, holds: bool
) -> None:
    name = f"asked-{dns.replace('.', '-')}"
    assert issuance.create(request(name, dns, {"name": "namespace", "kind": "Issuer"})) == ""

    def signed() -> str | None:
        found = issuance.read(API, "CertificateRequest", name, NAMESPACE) or {}
        return (found.get("status") or {}).get("certificate")

    chain = base64.b64decode(wait(signed))
    if holds:
        assert verified(chain, root, dns)
    else:
        with pytest.raises(VerificationError, match="name constraint"):
            verified(chain, root, dns)


@pytest.mark.parametrize(
    ("control", "changes"),
    [
        ("certificate-own-names", {"dnsNames": ["api.shop-web.svc"]}),
        ("certificate-own-issuer", {"issuerRef": {"name": "secure-clusters-issuing", "kind": "ClusterIssuer"}}),
        ("certificate-authority-constrained", {"isCA": True}),
        ("certificate-short-lived", {"duration": "8760h"}),
        ("certificate-key-rotated", {"privateKey": {"algorithm": "ECDSA", "rotationPolicy": "Never"}}),
        ("certificate-key-strong", {"privateKey": {"algorithm": "RSA", "rotationPolicy": "Always"}}),
        ("certificate-no-wildcard", {"dnsNames": [f"*.{NAMESPACE}.svc"]}),
    ],
)
def test_the_api_server_refuses_what_the_controls_refuse(
    issuance: Issuance, control: str, changes: dict[str, Any]
) -> None:
    refusal = issuance.create(certificate("refused", **changes))
    assert control in refusal


def test_nobody_but_cert_manager_has_a_request_signed_by_the_issuer_of_the_cluster(issuance: Issuance) -> None:
    everyones = {"name": "secure-clusters-issuing", "kind": "ClusterIssuer"}
    assert "certificate-request-own-issuer" in issuance.create(request("forbidden", NAME, everyones))


def test_a_certificate_is_renewed_with_a_new_key_long_before_it_ends(issuance: Issuance, root: bytes) -> None:
    assert issuance.create(certificate("renewed", renewBefore="59m50s")) == ""
    first = wait(lambda: _secret_of(issuance, "renewed"))
    before = verified(first["tls.crt"], root, NAME)[0]

    def renewed() -> x509.Certificate | None:
        now = verified(issuance.secret(NAMESPACE, "renewed")["tls.crt"], root, NAME)[0]
        return now if now.serial_number != before.serial_number else None

    after = wait(renewed)
    assert after.not_valid_before_utc < before.not_valid_after_utc - datetime.timedelta(minutes=50)
    assert after.public_key() != before.public_key()


def _secret_of(issuance: Issuance, name: str) -> dict[str, bytes] | None:
    found = issuance.read("v1", "Secret", name, NAMESPACE)
    return issuance.secret(NAMESPACE, name) if found and (found.get("data") or {}).get("tls.crt") else None


@pytest.mark.parametrize(
    ("verb", "group", "resource", "namespace", "name"),
    [
        ("create", "", "serviceaccounts/token", NAMESPACE, "default"),
        ("create", "rbac.authorization.k8s.io", "rolebindings", NAMESPACE, ""),
        ("create", "", "pods", NAMESPACE, ""),
        ("update", "networking.k8s.io", "ingresses", NAMESPACE, ""),
        ("approve", "certificates.k8s.io", "signers", None, "kubernetes.io/kube-apiserver-client"),
        ("update", "admissionregistration.k8s.io", "validatingwebhookconfigurations", None, ""),
        ("update", "apiextensions.k8s.io", "customresourcedefinitions", None, ""),
    ],
)
@pytest.mark.parametrize(
    "account",
    [
        "platform-certificates:cert-manager",
        "platform-certificates:cert-manager-webhook",
        "platform-secrets:external-secrets",
        "platform-secrets:external-secrets-webhook",
        "platform-trust:trust-manager",
    ],
)
def test_no_operator_may_do_what_makes_it_more_than_an_operator(
    issuance: Issuance, account: str, verb: str, group: str, resource: str, namespace: str | None, name: str
) -> None:
    assert not issuance.may(account, verb, group, resource, namespace, name)


def test_external_secrets_makes_tokens_of_the_accounts_that_ask_for_secrets_alone(
    issuance: Issuance, found: list[dict[str, Any]]
) -> None:
    if not has_secrets(found):
        pytest.skip("the chart of External Secrets can be had from GitHub alone, which this machine doesn't reach")
    account = "platform-secrets:external-secrets"
    assert issuance.may(account, "create", "", "serviceaccounts/token", NAMESPACE, "secrets")
    assert not issuance.may(account, "create", "", "serviceaccounts/token", "shop-web", "secrets")
    assert not issuance.may(account, "create", "", "serviceaccounts/token", "platform-certificates", "cert-manager")


def test_trust_manager_reads_secrets_of_its_own_namespace_alone(issuance: Issuance) -> None:
    account = "platform-trust:trust-manager"
    assert issuance.may(account, "get", "", "secrets", "platform-trust", "anchor")
    assert not issuance.may(account, "get", "", "secrets", "platform-authorities", "root")
    assert not issuance.may(account, "list", "", "secrets", NAMESPACE, "")


def test_webhooks_that_nothing_answers_stop_their_own_kinds_and_nothing_of_the_system(
    issuance: Issuance, found: list[dict[str, Any]]
) -> None:
    hooks = [each for each in found if each["kind"] in HOOKS]
    assert len(hooks) >= (5 if has_secrets(found) else 3)
    issuance.apply(hooks)
    try:
        wait(lambda: "failed calling webhook" in issuance.create(certificate("unanswered")))
        for namespace in ("kube-system", NAMESPACE):
            manifest = {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "locked-out", "namespace": namespace},
            }
            assert issuance.create(manifest) == ""
            issuance.delete([manifest])
        lease = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": "locked-out", "namespace": "kube-system"},
            "spec": {},
        }
        assert issuance.create(lease) == ""
        issuance.delete([lease])
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "locked-out"}}
        assert issuance.create(namespace) == ""
        issuance.delete([namespace])
    finally:
        issuance.delete(hooks)
        wait(lambda: "failed calling webhook" not in issuance.create(certificate("answered")))


def test_a_certificate_that_is_gone_leaves_no_key_behind(issuance: Issuance) -> None:
    left = certificate("left")
    assert issuance.create(left) == ""
    wait(lambda: _secret_of(issuance, "left"))
    issuance.delete([left])
    wait(lambda: issuance.read("v1", "Secret", "left", NAMESPACE) is None)


def test_uninstalling_leaves_no_definition_no_webhook_no_role_and_no_namespace(
    issuance: Issuance, found: list[dict[str, Any]]
) -> None:
    """Comes last: it takes away what the others use."""
    issuance.delete(found)
    groups = ("cert-manager.io", "external-secrets.io")
    left = [
        f"{kind}/{each.metadata.name}"
        for api_version, kind in (
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
            ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
            ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"),
            ("rbac.authorization.k8s.io/v1", "ClusterRole"),
            ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
            ("v1", "Namespace"),
        )
        for each in issuance.resource(api_version, kind).get().items
        if each.metadata.name.endswith(groups)
        or each.metadata.name.startswith(("cert-manager", "trust-manager", "external-secrets", "platform-", "shop-"))
    ]
    assert left == []
