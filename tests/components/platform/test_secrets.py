"""Each namespace reads the store by an account of its own, and the operator acts for no other."""

from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import external_secrets
from policies.model import Resource
from tests.components.platform.charts import manifest
from tests.platform_stacks import REACHED, STACKS, tenant
from tests.recording import record

STORES = {
    "existing": {"vault": ("auth", "kubernetes", "serviceAccountRef")},
    "eks": {"aws": ("auth", "jwt", "serviceAccountRef")},
    "gke": {"gcpsm": ("auth", "workloadIdentity", "serviceAccountRef")},
}


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")


def registered(kind: str = "existing", **changes: Any) -> dict[str, Resource]:
    return record(lambda: deploy(settings.load({**STACKS[kind], **changes}, "test")) and None)


def spec(found: dict[str, Resource], kind: str, name: str) -> dict[str, Any]:
    return found[f"kubernetes:external-secrets.io/v1:{kind}::{name}"].props.plain["spec"]


@pytest.mark.parametrize("kind", STORES)
def test_a_store_is_opened_by_the_namespaces_own_account_and_nothing_else(kind: str) -> None:
    provider = spec(registered(kind), "SecretStore", "shop-api-namespace")["provider"]
    ((name, path),) = STORES[kind].items()
    value = provider[name]
    for part in path:
        value = value[part]
    assert list(provider) == [name]
    assert value["name"] == "secrets"
    assert "ecretRef" not in str(provider)


def test_key_vault_is_opened_by_workload_identity() -> None:
    from components.platform.stores import KeyVault

    store = KeyVault.model_validate(
        {"kind": "azure-key-vault", "vaultUrl": "https://shop.vault.azure.net", "networks": REACHED}
    )
    assert store.provider("shop-api", "secrets")["azurekv"] == {
        "vaultUrl": "https://shop.vault.azure.net",
        "authType": "WorkloadIdentity",
        "serviceAccountRef": {"name": "secrets"},
    }


def test_the_operator_may_make_tokens_of_that_one_account() -> None:
    found = registered()
    name = "shop-api-external-secrets-signs-in-as-secrets"
    role = found[f"kubernetes:rbac.authorization.k8s.io/v1:Role::{name}"].props.plain
    assert [rule["resourceNames"] for rule in role["rules"]] == [["secrets"]]
    binding = found[f"kubernetes:rbac.authorization.k8s.io/v1:RoleBinding::{name}"].props.plain
    assert [(each["namespace"], each["name"]) for each in binding["subjects"]] == [
        ("platform-secrets", "external-secrets")
    ]
    assert not [key for key in found if "signs-in" in key and "shop-web" in key]


def test_a_secret_follows_the_store_and_goes_with_it() -> None:
    copy = spec(registered(), "ExternalSecret", "shop-api-database")
    assert copy["refreshPolicy"] == "Periodic"
    assert copy["refreshInterval"] == "1h0m0s"
    assert copy["secretStoreRef"] == {"name": "namespace", "kind": "SecretStore"}
    assert copy["target"] == {"name": "database", "creationPolicy": "Owner", "deletionPolicy": "Delete"}
    assert copy["dataFrom"] == [{"extract": {"key": "shop/database"}}]


def test_a_whole_text_becomes_one_entry() -> None:
    copies = [{"name": "token", "key": "shop/token", "entry": "token"}]
    namespaces = [{"name": "api", "secrets": {"copies": copies}}]
    copy = spec(
        registered(tenants=[{"name": "shop", "owner": "shop-team", "namespaces": namespaces}]),
        "ExternalSecret",
        "shop-api-token",
    )
    assert copy["data"] == [{"secretKey": "token", "remoteRef": {"key": "shop/token"}}]


def test_an_account_without_a_role_is_refused_in_a_cloud() -> None:
    with pytest.raises(UserError, match=r"shop-api: the account 'secrets' of secrets has no role"):
        registered("gke", tenants=[tenant()])


def test_pod_identity_is_refused_since_the_operator_reads_for_others() -> None:
    without = {key: value for key, value in STACKS["eks"]["cluster"].items() if key != "irsaIssuer"}
    with pytest.raises(UserError, match=r"set cluster\.irsaIssuer"):
        registered("eks", cluster=without)


def test_a_store_of_another_cloud_is_refused() -> None:
    platform = {**STACKS["existing"]["platform"], "secrets": STACKS["eks"]["platform"]["secrets"]}
    with pytest.raises(UserError, match="aws-secrets-manager needs a cluster of kind eks"):
        registered(platform=platform, tenants=[])


def test_secrets_need_the_certificates_of_tls() -> None:
    platform = {key: value for key, value in STACKS["existing"]["platform"].items() if key != "tls"}
    with pytest.raises(UserError, match=r"platform\.secrets needs platform\.tls"):
        registered(platform=platform, tenants=[])


def test_secrets_without_the_service_are_refused() -> None:
    platform = {key: value for key, value in STACKS["existing"]["platform"].items() if key != "secrets"}
    with pytest.raises(UserError, match=r"shop-api: secrets need platform\.secrets"):
        registered(platform=platform)


def test_the_operator_has_no_token_of_every_account_and_no_role_for_users() -> None:
    rules = [
        {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]},
    ]
    role = manifest("ClusterRole", "external-secrets-controller", "rbac.authorization.k8s.io/v1", rules=rules)
    kept = external_secrets.adjusted(role)
    assert kept is not None
    assert kept["rules"] == rules[1:]
    for name in ("external-secrets-edit", "external-secrets-view"):
        assert external_secrets.adjusted(manifest("ClusterRole", name, "rbac.authorization.k8s.io/v1")) is None
