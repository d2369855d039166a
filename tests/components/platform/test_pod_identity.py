"""Services whose pods are somebody in the cloud, so that they read what tenants' registries hold."""

from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import pod_identity, policy_controller, trivy_operator
from policies.model import Resource
from tests.components.platform.test_platform import load
from tests.detection_stacks import STACKS
from tests.recording import record

GRANTS = {
    "eks": ("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly", "aws:iam/role:Role"),
    "aks": (
        "AcrPull@resourceGroups/prod/providers/Microsoft.ContainerRegistry/registries/prod",
        "azure-native:managedidentity:UserAssignedIdentity",
    ),
    "gke": ("roles/artifactregistry.reader@project", "gcp:projects/iAMMember:IAMMember"),
}
ACCOUNTS = {
    "imageTrust": ("platform-image-trust", policy_controller.ACCOUNT),
    "scanning": ("platform-scanning", trivy_operator.CHART),
}


def granted(kind: str, service: str, grant: str) -> dict[str, Any]:
    """Return a stack whose service may do this in the cloud."""
    given = STACKS[kind]
    return {
        **given,
        "platform": {**given["platform"], service: {**given["platform"][service], "registryGrants": [grant]}},
    }


@pytest.fixture(autouse=True)
def _without_charts(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))


def recorded(declared: settings.StackSettings) -> list[Resource]:
    return list(record(lambda: deploy(declared) and None).values())


@pytest.mark.parametrize("service", ACCOUNTS)
@pytest.mark.parametrize("kind", GRANTS)
def test_what_reads_the_registry_has_an_account_with_that_right_and_no_token(kind: str, service: str) -> None:
    grant, type_ = GRANTS[kind]
    before = recorded(settings.load(STACKS[kind], "test"))
    after = recorded(settings.load(granted(kind, service, grant), "test"))
    known = {each.key for each in before}
    new = [each for each in after if each.key not in known]
    namespace, account = ACCOUNTS[service]
    (made,) = (each.props.plain for each in new if each.type.endswith(":ServiceAccount"))
    assert (made["metadata"]["namespace"], made["metadata"]["name"]) == (namespace, account)
    assert made["automountServiceAccountToken"] is False
    assert [each for each in new if each.type == type_]


def test_the_platforms_account_stands_for_the_charts_and_pods_carry_the_label_of_aks() -> None:
    account = {"kind": "ServiceAccount", "metadata": {"name": policy_controller.ACCOUNT}}
    deployment = {
        "kind": "Deployment",
        "metadata": {"name": "webhook"},
        "spec": {"template": {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [], "volumes": []}}},
    }
    assert policy_controller.adjusted(account, has_account=True) is None
    assert policy_controller.adjusted(account, has_account=False) == account
    labelled = policy_controller.adjusted(deployment, has_account=True)
    assert labelled is not None
    assert labelled["spec"]["template"]["metadata"]["labels"] == {"app": "x", **pod_identity.LABELS}
    bare = policy_controller.adjusted(deployment, has_account=False)
    assert bare is not None
    assert bare["spec"]["template"]["metadata"]["labels"] == {"app": "x"}
    values = trivy_operator.release("x", rescan="24h", excluded="x", kubernetes="1.36").values
    assert values["trivyOperator"]["scanJobPodTemplateLabels"] == "azure.workload.identity/use=true"


@pytest.mark.parametrize(
    ("kind", "grant", "told"),
    [
        (
            "eks",
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "platform.imageTrust: grants in the cloud: .* gives a pod",
        ),
        ("aks", "Owner@resourceGroups/prod", "Owner gives a pod everything"),
        ("gke", "roles/owner@project", "gives a pod the project"),
    ],
)
def test_a_grant_that_gives_all_away_is_refused_first(kind: str, grant: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        settings.load(granted(kind, "imageTrust", grant), "test")


def test_a_grant_needs_a_cloud() -> None:
    trust = granted("existing", "imageTrust", "roles/artifactregistry.reader@project")["platform"]
    with pytest.raises(UserError, match=r"platform\.imageTrust: grants in the cloud need a cluster in a cloud"):
        load(platform=trust, tenants=STACKS["existing"]["tenants"])
