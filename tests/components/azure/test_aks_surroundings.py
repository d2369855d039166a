"""What is made around an AKS cluster: subnets and ways out, the registry, flow logs."""

from tests import aks_clusters
from tests.components.azure.aks_recording import CACHE, CLUSTER, REGISTRY, ROLE, RULES, SUBNET, of_type, only, recorded


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
