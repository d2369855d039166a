"""Which Kubernetes kind a Pulumi type token stands for, and which tokens are refused."""

import pytest

from local.providers.kubernetes_standin.errors import UnsupportedError
from local.providers.kubernetes_standin.tokens import parse


@pytest.mark.parametrize(
    ("token", "api_version", "kind"),
    [
        ("kubernetes:core/v1:Namespace", "v1", "Namespace"),
        ("kubernetes:networking.k8s.io/v1:NetworkPolicy", "networking.k8s.io/v1", "NetworkPolicy"),
        ("kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"),
        ("kubernetes:cilium.io/v2:CiliumNetworkPolicy", "cilium.io/v2", "CiliumNetworkPolicy"),
    ],
)
def test_a_token_names_an_api_version_and_a_kind(token, api_version, kind):
    resource = parse(token)
    assert (resource.api_version, resource.kind, resource.is_patch) == (api_version, kind, False)
    assert resource.token == token


def test_a_patch_token_stands_for_some_fields_of_the_kind():
    resource = parse("kubernetes:core/v1:ServiceAccountPatch", "ServiceAccount")
    assert (resource.api_version, resource.kind, resource.is_patch) == ("v1", "ServiceAccount", True)
    assert resource.token == "kubernetes:core/v1:ServiceAccountPatch"


def test_a_custom_kind_whose_name_ends_in_patch_is_no_patch():
    resource = parse("kubernetes:example.com/v1:ConfigPatch", "ConfigPatch")
    assert (resource.kind, resource.is_patch) == ("ConfigPatch", False)


def test_a_custom_kind_whose_name_ends_in_list_is_no_list():
    assert parse("kubernetes:example.com/v1:AllowList").kind == "AllowList"


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:helm.sh/v4:Chart",
        "kubernetes:kustomize:Directory",
        "kubernetes:yaml:ConfigFile",
        "kubernetes:yaml/v2:ConfigGroup",
        "kubernetes:core/v1:PodList",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleList",
        "kubernetes",
    ],
)
def test_what_only_the_official_plugin_can_do_is_refused_by_name(token):
    with pytest.raises(UnsupportedError) as refusal:
        parse(token)
    assert token in str(refusal.value)
    assert "install the official kubernetes plugin" in str(refusal.value)
    assert "\n" not in str(refusal.value)
