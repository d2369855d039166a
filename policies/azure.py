"""How Azure's resources look to the controls: type tokens and pure readers, no rule.

The tokens are those without a version of Azure's API; `Resource.judged_type` makes every version of a token this one.
Names on the wire are those of azure-native 3; tests/policies/test_sdk_properties.py holds the fixtures to its SDK.
"""

from collections.abc import Iterator
from typing import Any

from policies.addresses import is_too_wide
from policies.model import Parts, Resource, Stack
from policies.values import Props

CLUSTER = "azure-native:containerservice:ManagedCluster"
NODE_POOL = "azure-native:containerservice:AgentPool"
REGISTRY = "azure-native:containerregistry:Registry"
NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"
SECURITY_RULE = "azure-native:network:SecurityRule"
FLOW_LOG = "azure-native:network:FlowLog"
VAULT = "azure-native:keyvault:Vault"
KEY = "azure-native:keyvault:Key"
DISK_ENCRYPTION_SET = "azure-native:compute:DiskEncryptionSet"
ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
FEDERATED_CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DEFENDER_PLAN = "azure-native:security:Pricing"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
PRIVATE_ENDPOINT = "azure-native:network:PrivateEndpoint"
MAINTENANCE = "azure-native:containerservice:MaintenanceConfiguration"
RESOURCE_GROUP = "azure-native:resources:ResourceGroup"
STORAGE_ACCOUNT = "azure-native:storage:StorageAccount"
FIREWALL = "azure-native:network:AzureFirewall"
FIREWALL_POLICY = "azure-native:network:FirewallPolicy"
ROUTE = "azure-native:network:Route"
ROUTE_TABLE = "azure-native:network:RouteTable"
AUTOMATION = "azure-native:security:Automation"
COLLECTION_ASSOCIATION = "azure-native:monitor:DataCollectionRuleAssociation"
DIAGNOSTIC_SETTINGS = ("azure-native:monitor:DiagnosticSetting", "azure-native:insights:DiagnosticSetting")
"""The module of version 3 of the provider, and that of version 2."""

_NOTHING = Props({})
_PLATFORM_SUBNETS = (
    "AzureBastionSubnet",
    "AzureFirewallManagementSubnet",
    "AzureFirewallSubnet",
    "GatewaySubnet",
    "RouteServerSubnet",
)


def by_mode(cluster: Props, *, base: Any, automatic: Any) -> Any:
    """Return what Azure does when a property is absent: AKS Automatic sets and holds many of them itself.

    Source: https://learn.microsoft.com/azure/aks/intro-aks-automatic#aks-automatic-and-standard-feature-comparison
    """
    return automatic if cluster.read("sku.name", provider_default="Base") == "Automatic" else base


def add_on(cluster: Props, name: str) -> Props:
    """Return the profile of an add-on, whose names Azure takes in any case; empty where it is absent."""
    profiles: Props = cluster.read("addonProfiles", provider_default=_NOTHING)
    for key in profiles:
        if key.lower() == name.lower():
            return profiles[key] or _NOTHING
    return _NOTHING


def is_on(profile: Props, *, absent: bool) -> bool:
    """Return whether a profile says that it is enabled; `absent` is what Azure does where it says nothing."""
    return profile.read("enabled", provider_default=absent)


def logged(stack: Stack, resource: Resource) -> set[str]:
    """Return the categories and groups of categories that diagnostic settings send of a resource's logs."""
    return {
        log.read("category", provider_default="") or log.read("categoryGroup", provider_default="")
        for setting in stack.referring(resource, "resourceUri", *DIAGNOSTIC_SETTINGS)
        for log in setting.props.read("logs", provider_default=[])
        if log.read("enabled", provider_default=False)
    }


def is_platform_subnet(subnet: Props) -> bool:
    """Return whether a subnet has a name that Azure keeps for a service which it runs in it."""
    name = subnet.read("name", provider_default=None) or subnet.read("subnetName", provider_default="")
    return name in _PLATFORM_SUBNETS


def is_everyone(source: str) -> bool:
    """Return whether a source of a security rule is the whole internet, or every customer of Azure."""
    named = source.lower()
    if named in ("*", "any", "internet") or named.startswith("azurecloud"):
        return True
    return (named[:1].isdigit() or ":" in named) and is_too_wide(named)


def _inside(type_: str, key: str) -> Parts:
    """Return a reader of what lies in a list inside one type, and is a resource of its own elsewhere."""

    def parts(resource: Resource) -> Iterator[Props]:
        if resource.judged_type == type_:
            yield from resource.props.read(key, provider_default=[])
        else:
            yield resource.props

    return parts


node_pools = _inside(CLUSTER, "agentPoolProfiles")
"""The node pools inside a cluster, or the one that is a resource of its own."""
subnets = _inside(NETWORK, "subnets")
"""The subnets inside a virtual network, or the one that is a resource of its own."""
security_rules = _inside(SECURITY_GROUP, "securityRules")
"""The rules inside a network security group, or the one that is a resource of its own."""
routes = _inside(ROUTE_TABLE, "routes")
"""The routes inside a route table, or the one that is a resource of its own."""
