"""What an AKS cluster registers."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from policies.values import UNKNOWN
from tests import aks_clusters
from tests.components.azure.aks_recording import (
    CLUSTER,
    LOCK,
    POOL,
    ROLE,
    WINDOW,
    cluster,
    of_type,
    only,
    pools,
    recorded,
    recorded_anew,
)
from tests.recording import record

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("changes", aks_clusters.MODES.values(), ids=aks_clusters.MODES.keys())
def test_the_cluster_is_private_encrypted_watched_and_has_groups_only_in_every_mode(changes):
    made = cluster(**changes)
    access = made["apiServerAccessProfile"]
    assert access["enablePrivateCluster"] is True
    assert access["enablePrivateClusterPublicFQDN"] is False
    assert access["enableVnetIntegration"] is True
    assert access["disableRunCommand"] is True
    assert made["disableLocalAccounts"] is True
    assert made["aadProfile"]["enableAzureRBAC"] is True
    assert made["aadProfile"]["adminGroupObjectIDs"] == [aks_clusters.BREAK_GLASS]
    security = made["securityProfile"]
    assert security["azureKeyVaultKms"]["keyVaultNetworkAccess"] == "Private"
    assert security["defender"]["securityMonitoring"]["enabled"] is True
    assert security["workloadIdentity"]["enabled"] is True
    assert made["oidcIssuerProfile"]["enabled"] is True
    assert made["networkProfile"]["networkDataplane"] == "cilium"
    assert made["nodeResourceGroupProfile"]["restrictionLevel"] == "ReadOnly"
    assert made["sku"]["tier"] == "Standard"
    (system,) = made["agentPoolProfiles"]
    assert system["nodeTaints"] == ["CriticalAddonsOnly=true:NoSchedule"]
    assert system["availabilityZones"] == ["1", "2", "3"]


@pytest.mark.parametrize("changes", aks_clusters.MODES.values(), ids=aks_clusters.MODES.keys())
def test_every_role_is_known_at_preview_is_no_administrators_and_is_on_one_thing_of_the_stack(changes):
    for role in of_type(recorded(**changes), ROLE):
        assert role.props.plain["roleDefinitionId"] is not UNKNOWN, role.name
        assert role.props.plain["principalType"] in ("Group", "ServicePrincipal"), role.name
        assert role.references.get("scope") or role.props.plain["scope"].count("/") > 4, role.name


def test_what_the_control_plane_needs_is_given_before_the_cluster_is_made():
    resources = recorded()
    own = resources["azure-native:managedidentity:UserAssignedIdentity::prod-azure-control-plane"].urn
    needs = {
        each.name.removeprefix("prod-azure-control-plane-"): each
        for each in of_type(resources, ROLE)
        if each.references.get("principalId") == (own,)
    }
    assert set(needs) == {"network", "zone", "vault", "secrets", "disks", "nodes"}
    order = list(resources)
    made = order.index(f"{CLUSTER}::prod-azure")
    assert all(order.index(f"{ROLE}::{each.name}") < made for each in needs.values())


def test_roles_of_people_are_on_the_group_since_the_lock_would_keep_them_from_being_taken_back():
    resources = recorded()
    group = resources["azure-native:resources:ResourceGroup::prod-azure"].urn
    people = {
        each.props.plain["principalId"]: each
        for each in of_type(resources, ROLE)
        if each.name.startswith(("prod-azure-sign-in", "prod-azure-administer"))
    }
    assert set(people) == {aks_clusters.DEPLOYER, aks_clusters.BREAK_GLASS, aks_clusters.DEVELOPERS}
    assert all(each.references["scope"] == (group,) for each in people.values())


def test_before_the_api_server_can_be_reached_nothing_lies_inside_the_cluster():
    assert not [key for key in recorded(endpoint={}) if key.startswith("kubernetes:")]


def test_a_public_address_is_open_to_the_named_ranges_and_still_stands_in_the_network():
    resources = recorded(endpoint={"access": "public", "publicCidrs": ["192.0.2.0/24"]})
    access = only(resources, CLUSTER).props.plain["apiServerAccessProfile"]
    assert access["enablePrivateCluster"] is False
    assert access["authorizedIPRanges"] == ["192.0.2.0/24"]
    assert access["enableVnetIntegration"] is True
    assert "privateDNSZone" not in access
    assert f"{ROLE}::prod-azure-control-plane-zone" not in resources


def test_nodes_are_verified_encrypted_without_ssh_and_keep_nothing():
    pool = pools()["default"]
    assert pool["osSKU"] == "AzureLinux3"
    assert pool["osDiskType"] == "Ephemeral"
    assert pool["enableEncryptionAtHost"] is True
    assert pool["securityProfile"] == {"enableSecureBoot": True, "enableVTPM": True, "sshAccess": "Disabled"}
    assert pool["upgradeSettings"] == {
        "maxSurge": "33%",
        "drainTimeoutInMinutes": 30,
        "nodeSoakDurationInMinutes": 10,
        "undrainableNodeBehavior": "Cordon",
    }
    assert "orchestratorVersion" not in pool


def test_kata_and_spot_nodes_are_named_choices():
    made = pools(
        nodePools=[
            {"name": "sandbox", "isolation": "kata"},
            {"name": "spot", "capacity": "spot", "taints": {"batch": "NO_EXECUTE"}},
        ]
    )
    assert made["sandbox"]["workloadRuntime"] == "KataVmIsolation"
    assert made["sandbox"]["securityProfile"] == {"sshAccess": "Disabled"}
    assert made["spot"]["scaleSetPriority"] == "Spot"
    assert made["spot"]["nodeTaints"] == [
        "batch=true:NoExecute",
        "kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
    ]
    assert "maxSurge" not in made["spot"]["upgradeSettings"], "Azure lends no spot node for an upgrade"


@pytest.mark.parametrize(
    ("upgrades", "channel", "version"),
    [
        ({"channel": "rapid"}, "rapid", "1.37"),
        ({"channel": "regular"}, "stable", "1.36"),
        ({"channel": "stable"}, "patch", "1.35"),
        ({"version": "1.36"}, "patch", "1.36"),
    ],
)
def test_a_channel_becomes_one_of_aks_and_a_minor_without_a_patch(monkeypatch, upgrades, channel, version):
    import datetime

    from components import clock

    monkeypatch.setattr(clock, "today", lambda: datetime.date(2026, 11, 24))
    made = only(recorded_anew(upgrades=upgrades), CLUSTER).props.plain
    assert made["autoUpgradeProfile"] == {"upgradeChannel": channel, "nodeOSUpgradeChannel": "NodeImage"}
    assert made["kubernetesVersion"] == version


@pytest.mark.parametrize(
    ("upgrades", "ignored"),
    [({"channel": "regular"}, True), ({"channel": "stable"}, False), ({"version": "1.36"}, False)],
)
def test_what_aks_moves_is_no_drift_and_what_the_stack_moves_is_told(monkeypatch, upgrades, ignored):
    from pulumi_azure_native import containerservice

    seen = {}

    def remember(name, **kwargs):
        seen[name] = kwargs["opts"].ignore_changes
        return real(name, **kwargs)

    real = containerservice.ManagedCluster
    monkeypatch.setattr("components.azure.cluster.containerservice.ManagedCluster", remember)
    recorded_anew(upgrades=upgrades)
    assert ("kubernetesVersion" in seen["prod-azure"]) is ignored
    assert {"agentPoolProfiles[*].count", "agentPoolProfiles[*].orchestratorVersion"} <= set(seen["prod-azure"])


def test_each_kind_of_maintenance_has_the_window_without_the_frozen_days():
    window = {"day": "friday", "start": "22:00", "hours": 8}
    made = of_type(recorded(upgrades={"window": window, "freezes": [aks_clusters.FREEZE]}), WINDOW)
    assert {each.props.plain["configName"] for each in made} == {
        "default",
        "aksManagedAutoUpgradeSchedule",
        "aksManagedNodeOSUpgradeSchedule",
    }
    for each in made:
        assert each.props.plain["maintenanceWindow"] == {
            "durationHours": 8,
            "startTime": "22:00",
            "utcOffset": "+00:00",
            "schedule": {"weekly": {"dayOfWeek": "Friday", "intervalWeeks": 1}},
            "notAllowedDates": [{"start": "2099-12-14", "end": "2100-01-04"}],
        }


def test_automatic_is_given_nodes_of_the_toolkit_once_its_api_server_can_be_reached():
    made = cluster(mode="automatic")
    assert made["sku"] == {"name": "Automatic", "tier": "Standard"}
    assert made["nodeProvisioningProfile"] == {"mode": "Auto", "defaultNodePools": "None"}
    resources = recorded(mode="automatic")
    assert of_type(resources, POOL) == []
    spec = only(resources, "kubernetes:karpenter.azure.com/v1beta1:AKSNodeClass").props.plain["spec"]
    assert spec["imageFamily"] == "AzureLinux"
    assert spec["security"] == {"encryptionAtHost": True}
    budgets = only(resources, "kubernetes:karpenter.sh/v1:NodePool").props.plain["spec"]["disruption"]["budgets"]
    assert {"nodes": "0", "reasons": ["Drifted"], "schedule": "0 8 * * 0", "duration": "162h"} in budgets


def test_policies_on_names_can_be_left_out():
    assert cluster()["networkProfile"]["advancedNetworking"]["security"]["advancedNetworkPolicies"] == "FQDN"
    assert "advancedNetworking" not in cluster(namePolicies="none")["networkProfile"]


def test_the_lock_goes_with_the_protection():
    assert only(recorded(), LOCK).props.plain["level"] == "CanNotDelete"
    assert of_type(recorded(deletion="allowed"), LOCK) == []


def test_the_plan_of_defender_can_be_left_to_the_organization():
    plan = "azure-native:security:Pricing"
    assert only(recorded(), plan).props.plain["pricingTier"] == "Standard"
    assert of_type(recorded(detection={"defender": "organization"}), plan) == []


def test_settings_are_read_without_the_package_of_azure():
    code = "import sys, components.azure, components.settings; print('pulumi_azure_native' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_the_kubeconfig_holds_no_credential_and_trusts_what_aks_answered(monkeypatch):
    import pulumi

    from components.azure import kubeconfig

    answer = {
        "clusters": [{"name": "c", "cluster": {"server": "https://c.example", "certificate-authority-data": "Q0E="}}],
        "users": [{"name": "u", "user": {"token": "secret"}}],
    }
    encoded = base64.b64encode(json.dumps(answer).encode()).decode()
    texts = []

    class Credential:
        value = encoded

    class Answer:
        kubeconfigs = (Credential(),)

    def program() -> None:
        monkeypatch.setattr(
            kubeconfig.containerservice,
            "list_managed_cluster_user_credentials_output",
            lambda **_: pulumi.Output.from_input(None).apply(lambda _: Answer()),
        )

        class Site:
            name, tenant, group = "c", aks_clusters.TENANT, "c"

        class Made:
            name = "c"

        kubeconfig.kubeconfig(Site(), Made(), pulumi.InvokeOutputOptions()).apply(texts.append)

    record(program)
    made = json.loads(texts[0])
    assert made["clusters"][0]["cluster"] == {"server": "https://c.example", "certificate-authority-data": "Q0E="}
    assert set(made["users"][0]["user"]) == {"exec"}
    assert made["users"][0]["user"]["exec"]["command"] == "kubelogin"
    assert "secret" not in texts[0]


def test_what_is_protected_does_not_protect_the_lock_and_the_roles_beside_it(monkeypatch):
    from pulumi_azure_native import authorization

    protected = {}

    def watch(kind):
        real = getattr(authorization, kind)

        def remember(name, **kwargs):
            made = real(name, **kwargs)
            protected[f"{kind} {name}"] = made._protect
            return made

        return remember

    monkeypatch.setattr("components.azure.cluster.authorization.ManagementLockByScope", watch("ManagementLockByScope"))
    monkeypatch.setattr("components.azure.roles.authorization.RoleAssignment", watch("RoleAssignment"))
    recorded_anew()
    assert protected["ManagementLockByScope prod-azure"] is False
    assert not any(protected.values()), protected
