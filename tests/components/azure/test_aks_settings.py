"""What a stack file can get wrong about an AKS cluster, and how it is told: one line each, before anything is made."""

from typing import Any

import pytest

from components import settings
from components.errors import UserError
from tests import aks_clusters

NETWORK = aks_clusters.NETWORK
EXISTING = aks_clusters.EXISTING_NETWORK
ZONES = EXISTING["zones"]
PAST = {"from": "2026-01-01", "to": "2026-01-02", "reason": "the busiest weeks"}
TENANT = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]}
VAULT = "resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop"


def refused(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(UserError) as error:
        settings.load(raw, "stacks/Pulumi.test.yaml")
    return str(error.value).splitlines()[1:]


def message(stack: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """The lines of the error that a stack file with these changes gets, without its headline."""
    cluster = {"kind": "aks", **aks_clusters.settings(**changes)}
    return refused({"owner": "platform-team", "cluster": cluster, **(stack or {})})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"identifier": "a-name-that-is-far-too-long-for-it"}, "cluster.identifier"),
        ({"identifier": "1st"}, "cluster.identifier"),
        ({"subscription": "example-prod"}, "cluster.subscription"),
        ({"tenant": "example.onmicrosoft.com"}, "cluster.tenant"),
        ({"region": "westus"}, "this region has no availability zones; choose one with three"),
        ({"region": "West Europe"}, "use the short name of a region of Azure's global cloud"),
        ({"region": "chinanorth3"}, "use the short name of a region of Azure's global cloud"),
        ({"vaultName": "9vault"}, "cluster.vaultName"),
        ({"breakGlass": []}, "cluster.breakGlass: needs at least 1 entry"),
        ({"breakGlass": ["platform-admins"]}, "cluster.breakGlass"),
        ({"breakGlass": [aks_clusters.DEPLOYER]}, "deployer stands among breakGlass"),
        ({"deployer": "pipeline@example.org"}, "cluster.deployer"),
        ({"access": [{"group": aks_clusters.BREAK_GLASS}]}, "has access already"),
        ({"access": [{"group": "developers"}]}, "cluster.access[0].group"),
        ({"network": {**NETWORK, "cidr": "10.42.0.1/20"}}, "cluster.network.cidr: '10.42.0.1/20': use an IPv4 network"),
        ({"network": {**NETWORK, "cidr": "8.8.0.0/20"}}, "use a private range"),
        ({"network": {**NETWORK, "cidr": "10.42.0.0/24"}}, "use a prefix between /12 and /23"),
        ({"network": {**NETWORK, "podCidr": "10.100.0.0/24"}}, "use a prefix between /9 and /21"),
        ({"network": {**NETWORK, "podCidr": "10.32.0.0/11"}}, "network.cidr 10.42.0.0/20 and network.podCidr"),
        ({"network": {**NETWORK, "podCidr": "10.100.0.0/21"}}, "have addresses for 8 nodes, the pools name 12"),
        ({"network": {**NETWORK, "egress": "load-balancer"}}, "cluster.network.egress"),
        ({"network": {**NETWORK, "egressHosts": ["a.example.org"]}}, "egressHosts is for the egress firewall"),
        ({"network": {**NETWORK, "egress": "firewall", "egressHosts": ["*"]}}, "cluster.network.egressHosts[0]"),
        ({"network": {"cidr": "10.0.0.0/20"}}, "cluster.network.kind: missing; allowed: existing, own"),
        ({"network": {**EXISTING, "network": "spoke"}}, "cluster.network.network"),
        (
            {"network": {**EXISTING, "zones": {**ZONES, "apiServer": aks_clusters.zone("private.uksouth.azmk8s.io")}}},
            "the zone private.uksouth.azmk8s.io is not that of the region westeurope",
        ),
        (
            {"network": {**EXISTING, "zones": {**ZONES, "apiServer": aks_clusters.zone("privatelink.azurecr.io")}}},
            "it is called private.westeurope.azmk8s.io",
        ),
        (
            {"network": {**EXISTING, "zones": {**ZONES, "vault": aks_clusters.zone("privatelink.azurecr.io")}}},
            "network.zones.vault: the zone is called privatelink.azurecr.io",
        ),
        ({"network": {**EXISTING, "endpointSubnet": "nodes"}}, "are three different subnets"),
        ({"serviceCidr": "10.42.8.0/24"}, "network.cidr 10.42.0.0/20 and serviceCidr 10.42.8.0/24 overlap"),
        ({"serviceCidr": "172.20.0.0/28"}, "serviceCidr 172.20.0.0/28 needs a prefix between /12 and /27"),
        ({"upgrades": {"version": "1.20"}}, "Kubernetes 1.20 is not in standard support; supported: 1."),
        ({"upgrades": {"freezes": [PAST]}}, "lies in the past; remove it"),
        ({"systemPool": {"smallest": 1}}, "cluster.systemPool.smallest"),
        ({"systemPool": {"smallest": 6, "largest": 5}}, "the system pool has a largest size below its smallest"),
        ({"nodePools": [{"name": "my-pool"}]}, "cluster.nodePools[0].name"),
        ({"nodePools": [{"name": "system"}]}, "is the pool of AKS's own pods"),
        ({"nodePools": [{"name": "a"}, {"name": "a"}]}, "the name 'a' stands twice"),
        ({"nodePools": [{"name": "a", "smallest": 5, "largest": 2}]}, "largest size below its smallest"),
        ({"nodePools": [{"name": "a", "vmSize": "large"}]}, "use a VM size of version 5 or later"),
        ({"nodePools": [{"name": "a", "vmSize": "Standard_DS3_v2"}]}, "use a VM size of version 5 or later"),
        ({"nodePools": [{"name": "a", "vmSize": "Standard_D4s_v5"}]}, "this size has no disk of its own"),
        ({"nodePools": [{"name": "a", "vmSize": "Standard_D4pds_v5"}]}, "AKS offers no trusted launch on ARM"),
        ({"mode": "automatic", "nodePools": [{"name": "a"}]}, "nodePools belongs to the mode standard"),
        (
            {"mode": "automatic", "upgrades": {"channel": "stable"}},
            "in the mode automatic AKS follows its channel stable",
        ),
        (
            {"mode": "automatic", "upgrades": {"version": "1.36"}},
            "in the mode automatic AKS follows its channel stable",
        ),
        ({"mode": "automatic", "network": {**NETWORK, "egress": "isolated"}}, "has no cluster without egress"),
        ({"endpoint": {"access": "public"}}, "publicCidrs is empty"),
        ({"endpoint": {"access": "public", "publicCidrs": ["0.0.0.0/0"]}}, "0.0.0.0/0 is the whole internet"),
        ({"endpoint": {"access": "dns"}}, "access is dns, which this cloud doesn't have; choose private or public"),
        ({"endpoint": {"reachableThrough": "internet"}}, "reachableThrough is internet, but access is private"),
        ({"endpoint": {"reachableThrough": "ssm-tunnel"}}, "ssm-tunnel, which AWS has"),
        ({"registry": {"pullThrough": ["quay", "quay"]}}, "name each once"),
        ({"registry": {"keepUntaggedDays": 1000}}, "registry.keepUntaggedDays"),
        ({"detection": {"logRetentionDays": 90}}, "logRetentionDays"),
        ({"breakGlas": []}, 'unknown key; did you mean "breakGlass"?'),
    ],
)
def test_bad_input_gets_one_line_that_says_what_to_do(changes, told):
    lines = message(**changes)
    assert len(lines) == 1, lines
    assert told in lines[0]


def test_all_that_is_wrong_is_told_at_once():
    assert len(message(subscription=3, region="Europe", breakGlass=[], nodePools=[{"name": "A"}])) == 4


def test_what_lies_inside_waits_until_the_api_server_can_be_reached():
    (line,) = message({"tenants": [TENANT]}, endpoint={})
    assert "tenants lies inside the cluster, whose API server nothing reaches yet" in line


def test_a_flow_to_the_range_of_the_pods_is_told_since_it_would_open_every_pod():
    flow = {"from": {"namespace": "web", "pods": {"app": "web"}}, "to": {"cidr": "10.0.0.0/8"}, "ports": [443]}
    lines = message({"tenants": [{**TENANT, "allow": [flow]}]})
    assert any("opens the cluster's own pods network 10.244.0.0/16" in line for line in lines)


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("Key Vault Secrets User", "write <role>@<resource>"),
        (f"Owner@{VAULT}", "gives a pod everything"),
        (f"8e3af657-a8ff-443c-a75c-2fe8c4bcb635@{VAULT}", "Owner gives a pod everything"),
        (f"Key Vault Administrator@{VAULT}", "gives a pod everything"),
        (f"Key Vault Secret User@{VAULT}", "is not known by name; use its id, or one of"),
        ("Key Vault Secrets User@resourceGroups/shop", "this gives a whole resource group"),
        ("Key Vault Secrets User@vaults/shop", "'vaults/shop' is no resource"),
        (f"Key Vault Secrets User@/subscriptions/{aks_clusters.SUBSCRIPTION}", "is no resource"),
    ],
)
def test_a_grant_that_is_none_or_gives_all_away_is_refused(grant, told):
    identity = {"serviceAccount": "api", "grants": [grant]}
    (line,) = message({"tenants": [{**TENANT, "namespaces": [{"name": "web", "identities": [identity]}]}]})
    assert "tenant 'shop', namespace 'web': identities" in line
    assert told in line


def test_without_a_way_out_no_pod_gets_an_identity_since_it_could_not_sign_in():
    identity = {"serviceAccount": "api", "grants": [aks_clusters.GRANT]}
    tenants = [{**TENANT, "namespaces": [{"name": "web", "identities": [identity]}]}]
    (line,) = message({"tenants": tenants}, network={**NETWORK, "egress": "isolated"})
    assert "a pod signs in to Entra ID on the internet" in line
