"""Signatures of images: what each tenant's images have to be, and what is refused before anything is created."""

from typing import Any

import pytest

from components.environment import deploy
from components.errors import UserError
from components.platform import image_policies, policy_controller
from components.settings import StackSettings
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Outcome, Resource
from tests.components.platform.test_platform import SERVER, load
from tests.recording import record

SUBJECT = "https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main"
KEYLESS = {"issuer": "https://token.actions.githubusercontent.com", "subject": SUBJECT}
SHOP = {"images": ["registry.example/shop/**"], "signers": [KEYLESS]}
TENANT = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]}
POLICY = "kubernetes:policy.sigstore.dev/v1beta1:ClusterImagePolicy::image-policy-shop"


def trust(tenants: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    given = {"registries": [{"cidr": "203.0.113.0/24"}], "tenants": {"shop": SHOP} if tenants is None else tenants}
    return {"apiServer": SERVER, "imageTrust": {**given, **changes}}


def recorded(settings: StackSettings) -> dict[str, Resource]:
    def program() -> None:
        deploy(settings)

    return record(program)


@pytest.fixture
def resources(monkeypatch: pytest.MonkeyPatch) -> dict[str, Resource]:
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    settings = load(platform=trust(), tenants=[TENANT], admission={"deployers": {"groups": ["deployers"]}})
    return recorded(settings)


def test_each_tenant_has_a_policy_on_signatures_and_one_on_base_images(resources: dict[str, Resource]) -> None:
    signed = resources[f"{POLICY}-signatures"].props.plain["spec"]
    assert signed["mode"] == "enforce"
    assert signed["images"] == [{"glob": "registry.example/shop/**"}]
    (authority,) = signed["authorities"]
    assert authority["keyless"]["identities"] == [KEYLESS]
    assert "attestations" not in authority
    (attested,) = resources[f"{POLICY}-base-images"].props.plain["spec"]["authorities"]
    assert attested["keyless"] == authority["keyless"]
    (attestation,) = attested["attestations"]
    assert attestation["predicateType"] == image_policies.BASE_IMAGE_PREDICATE
    assert '"gcr.io/distroless/static-debian12"' in attestation["policy"]["data"]


def test_the_policies_pass_every_control(resources: dict[str, Resource]) -> None:
    report = evaluate(list(resources.values()), (), clock.today(), all_controls())
    judged = [each for each in report.verdicts if each.resource.type.endswith(":ClusterImagePolicy")]
    assert {each.control.id for each in judged} >= {"image-policy-authorities", "image-policy-base-image"}
    assert {each.outcome for each in judged} == {Outcome.PASS}


def test_any_base_image_is_a_choice_that_a_control_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    settings = load(platform=trust({"shop": {**SHOP, "baseImages": "any"}}), tenants=[TENANT])
    found = recorded(settings)
    assert f"{POLICY}-base-images" not in found
    report = evaluate(list(found.values()), (), clock.today(), all_controls())
    failed = {each.control.id for each in report.verdicts if each.outcome is Outcome.FAIL}
    assert "image-policy-base-image" in failed


def test_one_repository_is_meant_whole_and_no_other_that_begins_alike() -> None:
    document = image_policies.document("shop", "signatures", ["registry.example/shop/web"], [])
    assert document["spec"]["images"] == [{"glob": "registry.example/shop/web@**"}]


def test_keys_are_verified_with_the_transparency_log_unless_it_is_chosen_otherwise() -> None:
    told = {"kms": "awskms:///alias/shop"}
    assert image_policies.KeySigner.model_validate(told).authority() == {
        "key": {**told, "hashAlgorithm": "sha256"},
        "ctlog": {"url": image_policies.PUBLIC_REKOR},
    }
    assert "ctlog" not in image_policies.KeySigner.model_validate({**told, "ctlog": "none"}).authority()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"tenants": {}}, "tenants"),
        ({"verifier": "binary-authorization"}, "cluster.registry.attestors"),
        ({"verifier": "aws-signer"}, "awskms"),
        ({"verifier": "ratify"}, "azurekms"),
        ({"registries": []}, "registries"),
        ({"tenants": {"bank": SHOP}}, "no 'shop', so that none of its images would run"),
        ({"tenants": {"shop": SHOP, "bank": {**SHOP, "images": ["r.example/b"]}}}, "'bank', which is no tenant"),
        ({"tenants": {"shop": {**SHOP, "signers": []}}}, "signers"),
        ({"tenants": {"shop": {**SHOP, "signers": [{**KEYLESS, "subject": "https://github.com/*"}]}}}, "subject"),
        ({"tenants": {"shop": {**SHOP, "signers": [{"kms": "awskms:///a", "publicKey": "x"}]}}}, "publicKey"),
        ({"tenants": {"shop": {**SHOP, "signers": [{"ctlog": "none"}]}}}, "kms and publicKey"),
        ({"tenants": {"shop": {**SHOP, "images": ["**"]}}}, "images"),
        ({"tenants": {"shop": {**SHOP, "images": ["registry.example/*/web"]}}}, "images"),
    ],
)
def test_what_would_trust_too_much_or_lock_out_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        load(platform=trust(**changed), tenants=[TENANT])


@pytest.mark.parametrize(
    ("signer", "told"),
    [
        ({**KEYLESS, "subject": "x"}, "signers[0].subject: 'x': string should have at least 3 characters"),
        ({"kms": "vault"}, "signers[0].kms: 'vault': string should match pattern"),
        (
            {**KEYLESS, "subjekt": "x"},
            'signers[0].subjekt: unknown key; did you mean "subject"? allowed: ctlog, issuer',
        ),
        ({}, "signers[0]: name issuer and subject of a pipeline's identity, or a key by kms or publicKey"),
    ],
)
def test_a_signer_that_is_wrong_is_one_error_about_what_was_meant(signer: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError) as raised:
        load(platform=trust(tenants={"shop": {**SHOP, "signers": [signer]}}), tenants=[TENANT])
    head, line = str(raised.value).splitlines()
    assert head.endswith("1 error")
    assert told in line


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("r/shop/**", "r/shop/web", True),
        ("r/shop/**", "r/shop/a/**", True),
        ("r/shop/web", "r/shop/web", True),
        ("r/shop/**", "r/shopping/web", False),
        ("r/shop/**", "r/shop", False),
        ("r/shop/web", "r/shop/webs", False),
    ],
)
def test_repositories_of_two_tenants_never_overlap(one: str, other: str, *, overlap: bool) -> None:
    assert image_policies.overlap(one, other) is image_policies.overlap(other, one) is overlap


def test_the_verifier_gives_up_what_it_does_not_need() -> None:
    rules = [
        {"apiGroups": [""], "resources": ["serviceaccounts", "secrets"], "verbs": ["get"]},
        {"apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"], "verbs": ["get", "update"]},
    ]
    role = {"kind": "ClusterRole", "metadata": {"name": "x"}, "rules": rules}
    adjusted = policy_controller.adjusted(role, has_account=False)
    assert adjusted is not None
    accounts, definitions = adjusted["rules"]
    assert accounts["resources"] == ["serviceaccounts"]
    assert definitions["verbs"] == ["list", "watch"]
