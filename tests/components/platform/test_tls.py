"""Who signs what, for how long, and what a namespace that asks for a certificate gets."""

from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import authorities, certificates
from components.platform.certificates import Level
from policies.model import Resource
from tests.platform_stacks import AUTHORITIES, ROOTS, STACKS, stack
from tests.recording import record

CERT = "kubernetes:cert-manager.io/v1"


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No chart is there, so that only what the services make themselves is registered."""
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")


def registered(declared: dict[str, Any] = STACKS["existing"], **tls: Any) -> dict[str, Resource]:
    given = {**declared, "platform": {**declared["platform"], "tls": tls}}
    return record(lambda: deploy(settings.load(given, "test")) and None)


def of(resources: dict[str, Resource], kind: str, name: str) -> dict[str, Any]:
    return dict(resources[f"{kind}::{name}"].props.plain)


def test_nothing_that_a_level_signed_outlives_it() -> None:
    for above, below in zip(Level, list(Level)[1:], strict=False):
        assert above.value.renew_before >= below.value.hours, (above, below)
        assert above.value.hours > above.value.renew_before


def test_only_the_root_keeps_its_key() -> None:
    assert [each for each in Level if each.value.rotation != "Always"] == [Level.ROOT]


def test_a_certificate_is_one_line_of_a_namespace() -> None:
    spec = of(registered(), f"{CERT}:Certificate", "shop-api-api-tls")["spec"]
    assert spec["dnsNames"] == ["api.shop-api.svc", "api.shop-api.svc.cluster.local"]
    assert spec["secretName"] == "api-tls"
    assert spec["usages"] == ["digital signature", "server auth"]
    assert spec["duration"] == "24h0m0s"
    assert spec["issuerRef"] == {"name": "namespace", "kind": "Issuer", "group": "cert-manager.io"}


def test_a_certificate_for_both_sides_may_say_who_its_pods_are() -> None:
    declared = {**STACKS["existing"], "tenants": [_tenant({"name": "x", "services": ["api"], "use": "mutual"})]}
    spec = of(registered(declared), f"{CERT}:Certificate", "shop-api-x")["spec"]
    assert spec["usages"] == ["digital signature", "server auth", "client auth"]


def _tenant(*asked: dict[str, Any]) -> dict[str, Any]:
    return {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "api", "certificates": list(asked)}]}


def test_the_authority_of_a_namespace_signs_its_own_names_and_nothing_of_another_kind() -> None:
    found = registered(clusterDomain="prod.example")
    spec = of(found, f"{CERT}:Certificate", "shop-api-namespace-authority")["spec"]
    own = ["shop-api.svc", "shop-api.svc.prod.example"]
    assert spec["nameConstraints"] == {
        "critical": True,
        "permitted": {"dnsDomains": own, "emailAddresses": own, "uriDomains": own},
        "excluded": {"ipRanges": ["0.0.0.0/0", "::/0"]},
    }


def test_a_namespace_that_asks_for_no_certificate_has_no_authority() -> None:
    found = registered()
    assert f"{CERT}:Issuer::shop-api-namespace" in found
    assert not [key for key in found if "shop-web" in key and key.startswith(CERT)]


def test_keys_of_authorities_of_the_cluster_lie_in_a_namespace_in_which_nothing_runs() -> None:
    found = registered()
    authorities_ = {
        (each.props.plain["metadata"]["namespace"], each.props.plain["metadata"]["name"])
        for key, each in found.items()
        if key.startswith(f"{CERT}:Certificate") and each.props.plain["spec"].get("isCA")
    }
    assert {name for namespace, name in authorities_ if namespace == "platform-authorities"} == {"root", "issuing"}
    quota = of(found, "kubernetes:core/v1:ResourceQuota", "platform-authorities-quota")
    assert quota["spec"]["hard"]["pods"] == "1"
    flows = [key for key in found if "NetworkPolicy" in key and "platform-authorities" in key]
    assert sorted(key.rpartition("platform-authorities-")[2] for key in flows) == ["allow-dns", "default-deny"]


@pytest.mark.parametrize("kind", AUTHORITIES)
def test_an_authority_outside_signs_for_each_namespace_by_an_issuer_of_its_own(kind: str) -> None:
    found = registered(authority=AUTHORITIES[kind])
    issuer = of(found, f"{CERT}:Certificate", "shop-api-api-tls")["spec"]["issuerRef"]
    assert issuer["name"] == "namespace"
    (made,) = [each for key, each in found.items() if key.endswith(f":{issuer['kind']}::shop-api-namespace")]
    assert made.props.plain["metadata"]["namespace"] == "shop-api"
    assert not [key for key in found if key.endswith("::platform-authorities-root")]
    sources = of(found, "kubernetes:trust.cert-manager.io/v1alpha1:Bundle", "secure-clusters-trust")["spec"]["sources"]
    assert sources == [{"inLine": ROOTS}]


def test_a_namespace_signs_in_to_vault_as_itself_by_an_account_whose_token_cert_manager_may_make() -> None:
    found = registered(authority=AUTHORITIES["vault"])
    vault = of(found, f"{CERT}:Issuer", "shop-api-namespace")["spec"]["vault"]
    assert vault["path"] == "pki/sign/shop-api"
    assert vault["auth"]["kubernetes"]["role"] == "shop-api"
    role = of(found, "kubernetes:rbac.authorization.k8s.io/v1:Role", "shop-api-cert-manager-signs-in-as-certificates")
    assert role["rules"] == [
        {
            "apiGroups": [""],
            "resources": ["serviceaccounts/token"],
            "resourceNames": ["certificates"],
            "verbs": ["create"],
        }
    ]


def test_issuers_of_another_controller_are_approved_by_their_kind_alone() -> None:
    declared = settings.load(
        {
            **STACKS["existing"],
            "platform": {**STACKS["existing"]["platform"], "tls": {"authority": AUTHORITIES["acm-pca"]}},
        },
        "test",
    )
    assert declared.platform is not None
    assert declared.platform.tls is not None
    assert declared.platform.tls.authority.signers == ("awspcaissuers.awspca.cert-manager.io/*",)
    assert authorities.InCluster().signers == ()


def test_a_private_key_among_the_roots_is_refused_and_not_shown() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
    with pytest.raises(UserError, match="holds a private key") as refusal:
        registered(authority={"kind": "imported", "roots": key})
    assert "c2VjcmV0" not in str(refusal.value)


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(UserError, match="in PEM form"):
        registered(authority={"kind": "imported", "roots": "ours"})


def test_certificates_without_the_service_are_refused_in_a_tenants_stack_too() -> None:
    tenant = _tenant({"name": "x", "services": ["api"]})
    declared = {"owner": "shop-team", "scope": "tenants", "clusterStack": "o/p/s", "tenants": [tenant]}
    with pytest.raises(UserError, match=r"shop-api: certificates need platform\.tls"):
        settings.load(declared, "test")


def test_two_certificates_of_one_name_and_the_name_of_the_authority_are_refused() -> None:
    same = {"name": "x", "services": ["api"]}
    with pytest.raises(UserError, match="'x' stands twice"):
        registered({**STACKS["existing"], "tenants": [_tenant(same, same)]})
    taken = {"name": certificates.AUTHORITY, "services": ["api"]}
    with pytest.raises(UserError, match="is the platform's own; rename yours"):
        registered({**STACKS["existing"], "tenants": [_tenant(taken)]})


def test_what_is_in_a_tenants_namespace_comes_after_it() -> None:
    order = list(registered())
    namespace = order.index("kubernetes:core/v1:Namespace::shop-api")
    assert namespace < order.index(f"{CERT}:Issuer::shop-api-namespace")


def test_a_stack_is_the_same_on_every_kind_of_cluster() -> None:
    made = {
        kind: {key for key in registered(STACKS[kind]) if key.startswith(CERT)} for kind in ("existing", "eks", "gke")
    }
    assert made["existing"] == made["eks"] == made["gke"]
    assert stack(STACKS["existing"]["cluster"], {})["platform"]["tls"] == {}
