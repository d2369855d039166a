"""What an AKS cluster registers."""

import base64
import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from components.azure import Cluster
from policies.model import Resource
from policies.values import UNKNOWN
from tests import aks_clusters
from tests.recording import record

ROOT = Path(__file__).parents[3]
CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
WINDOW = "azure-native:containerservice:MaintenanceConfiguration"
ROLE = "azure-native:authorization:RoleAssignment"
LOCK = "azure-native:authorization:ManagementLockByScope"
SUBNET = "azure-native:network:Subnet"
RULES = "azure-native:network:NetworkSecurityGroup"
REGISTRY = "azure-native:containerregistry:Registry"
CACHE = "azure-native:containerregistry:CacheRule"


@functools.cache
def _recorded(changes: str) -> dict[str, Resource]:
    args = aks_clusters.args(**json.loads(changes))
    return record(lambda: Cluster(args.identifier, args) and None)


def recorded(**changes) -> dict[str, Resource]:
    """Record a cluster with changes, once for all tests: what is recorded never changes."""
    return _recorded(json.dumps(changes))


def of_type(resources: dict[str, Resource], token: str) -> list[Resource]:
    return [each for each in resources.values() if each.type == token]


def only(resources: dict[str, Resource], token: str) -> Resource:
    found = of_type(resources, token)
    assert len(found) == 1, [each.name for each in found]
    return found[0]


def cluster(**changes) -> dict:
    return dict(only(recorded(**changes), CLUSTER).props.plain)


def pools(**changes) -> dict[str, dict]:
    return {each.props.plain["agentPoolName"]: dict(each.props.plain) for each in of_type(recorded(**changes), POOL)}


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
    made = only(_recorded.__wrapped__(json.dumps({"upgrades": upgrades})), CLUSTER).props.plain
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
    _recorded.__wrapped__(json.dumps({"upgrades": upgrades}))
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


def test_every_subnet_has_a_security_group_and_no_egress_that_nobody_chose():
    resources = recorded(network={**aks_clusters.NETWORK, "egress": "firewall"})
    subnets = {each.props.plain["subnetName"]: each.props.plain for each in of_type(resources, SUBNET)}
    assert set(subnets) == {"nodes", "control-plane", "endpoints", "AzureFirewallSubnet"}
    for name, subnet in subnets.items():
        assert subnet["defaultOutboundAccess"] is False, name
        assert ("networkSecurityGroup" in subnet) is (name != "AzureFirewallSubnet")
    (delegation,) = subnets["control-plane"]["delegations"]
    assert delegation["serviceName"] == "Microsoft.ContainerService/managedClusters"


def outbound(**changes) -> dict[str, dict]:
    rules = recorded(**changes)[f"{RULES}::prod-azure-nodes"].props.plain["securityRules"]
    return {each["name"]: each for each in rules if each["direction"] == "Outbound"}


def test_through_a_nat_gateway_only_the_named_ports_leave():
    rules = outbound(network={**aks_clusters.NETWORK, "egressPorts": [443, 5671]})
    assert rules["internet-out"]["destinationPortRanges"] == ["443", "5671"]
    assert rules["nothing-else-out"]["access"] == "Deny"
    assert rules["nothing-else-out"]["priority"] > rules["internet-out"]["priority"]


def test_through_a_firewall_only_names_leave_and_each_decision_is_logged():
    network = {**aks_clusters.NETWORK, "egress": "firewall", "egressHosts": ["api.example.org"]}
    resources = recorded(network=network)
    assert only(resources, CLUSTER).props.plain["networkProfile"]["outboundType"] == "userDefinedRouting"
    assert of_type(resources, "azure-native:network:NatGateway") == []
    group = only(resources, "azure-native:network:FirewallPolicyRuleCollectionGroup").props.plain
    aks, named = group["ruleCollections"][0]["rules"]
    assert aks["fqdnTags"] == ["AzureKubernetesService"]
    assert named["targetFqdns"] == ["api.example.org"]
    route = only(resources, "azure-native:network:Route").props.plain
    assert (route["addressPrefix"], route["nextHopType"]) == ("0.0.0.0/0", "VirtualAppliance")
    logged = resources["azure-native:monitor:DiagnosticSetting::prod-azure-firewall"].props.plain["logs"]
    assert {"AZFWApplicationRule", "AZFWNetworkRule"} <= {each["category"] for each in logged}


def test_without_a_way_out_nodes_start_from_copies_in_the_clusters_own_registry():
    resources = recorded(network={**aks_clusters.NETWORK, "egress": "isolated"})
    made = only(resources, CLUSTER)
    assert made.props.plain["networkProfile"]["outboundType"] == "none"
    assert made.props.plain["bootstrapProfile"]["artifactSource"] == "Cache"
    assert made.references["bootstrapProfile"] == (only(resources, REGISTRY).urn,)
    copies = {each.props.plain["sourceRepository"]: each.props.plain for each in of_type(resources, CACHE)}
    assert copies["mcr.microsoft.com/*"]["targetRepository"] == "aks-managed-repository/*"
    assert set(outbound(network={**aks_clusters.NETWORK, "egress": "isolated"})) == {"cluster-out", "nothing-else-out"}
    assert of_type(resources, "azure-native:network:PublicIPAddress") == []


def test_an_existing_network_is_left_alone():
    resources = recorded(network=aks_clusters.EXISTING_NETWORK)
    kinds = {key.split("::")[0] for key in resources if key.startswith("azure-native:network:")}
    assert kinds == {"azure-native:network:PrivateEndpoint", "azure-native:network:PrivateDnsZoneGroup"}
    made = only(resources, CLUSTER).props.plain
    assert made["agentPoolProfiles"][0]["vnetSubnetID"].endswith("/virtualNetworks/spoke/subnets/nodes")
    assert made["apiServerAccessProfile"]["privateDNSZone"] == aks_clusters.EXISTING_NETWORK["zones"]["apiServer"]


def test_the_registry_has_no_password_no_door_to_the_internet_and_nodes_may_only_pull():
    resources = recorded()
    registry = only(resources, REGISTRY).props.plain
    assert registry["sku"] == {"name": "Premium"}
    assert registry["adminUserEnabled"] is False
    assert registry["publicNetworkAccess"] == "Disabled"
    pulls = resources[f"{ROLE}::prod-azure-pull"]
    assert pulls.props.plain["roleDefinitionId"].endswith("7f951dda-4ed3-4680-a7ca-43fe172d538d")
    assert {each.props.plain["targetRepository"] for each in of_type(resources, CACHE)} == {"kubernetes/*", "quay/*"}


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


def test_flow_logs_are_written_by_an_identity_into_an_account_without_keys():
    resources = recorded()
    account = only(resources, "azure-native:storage:StorageAccount").props.plain
    assert account["allowSharedKeyAccess"] is False
    assert account["networkRuleSet"]["defaultAction"] == "Deny"
    assert only(resources, "azure-native:network:FlowLog").references["identity"]


def test_the_names_of_the_world_fit_and_differ_between_clusters():
    from components.azure.names import Names

    one, other = (Names("production-cluster-of-the-year", each, "westeurope") for each in ("a", "b"))
    for names in (one, other):
        assert len(names.vault) <= 24
        assert len(names.flow_log_account) <= 24
        assert names.flow_log_account.isalnum()
        assert names.registry.isalnum()
        assert len(names.registry) <= 50
    assert one.vault != other.vault
    assert one.registry != other.registry


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
    _recorded.__wrapped__("{}")
    assert protected["ManagementLockByScope prod-azure"] is False
    assert not any(protected.values()), protected
