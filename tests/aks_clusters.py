"""AKS clusters for tests: one that is complete, and changes to it."""

from typing import Any

from components.azure import AksClusterArgs

SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-111122223333"
TENANT = "72f988bf-0000-4000-8000-444455556666"
REGION = "westeurope"
DEPLOYER = "6a1d2b7e-2f0f-4f2e-9b5e-000000000001"
BREAK_GLASS = "6a1d2b7e-2f0f-4f2e-9b5e-000000000002"
DEVELOPERS = "6a1d2b7e-2f0f-4f2e-9b5e-000000000003"
NETWORK = {"kind": "own", "cidr": "10.42.0.0/20"}
_HUB = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network"
EXISTING_NETWORK = {
    "kind": "existing",
    "network": f"{_HUB}/virtualNetworks/spoke",
    "cidr": "10.50.0.0/22",
    "nodeSubnet": "nodes",
    "controlPlaneSubnet": "control-plane",
    "endpointSubnet": "endpoints",
    "zones": {
        "apiServer": f"{_HUB}/privateDnsZones/private.{REGION}.azmk8s.io",
        "registry": f"{_HUB}/privateDnsZones/privatelink.azurecr.io",
        "vault": f"{_HUB}/privateDnsZones/privatelink.vaultcore.azure.net",
    },
}
FREEZE = {"from": "2099-12-14", "to": "2100-01-04", "reason": "the busiest weeks"}
GRANT = "Key Vault Secrets User@resourceGroups/payments/providers/Microsoft.KeyVault/vaults/payments"


def zone(name: str) -> str:
    """Id of a private DNS zone."""
    return f"{_HUB}/privateDnsZones/{name}"


def settings(**changes: Any) -> dict[str, Any]:
    """Settings of a cluster as they stand in a stack file, without its kind."""
    complete = {
        "identifier": "prod-azure",
        "subscription": SUBSCRIPTION,
        "tenant": TENANT,
        "region": REGION,
        "network": NETWORK,
        "endpoint": {"reachableThrough": "runner-inside"},
        "deployer": DEPLOYER,
        "breakGlass": [BREAK_GLASS],
        "access": [{"group": DEVELOPERS}],
        "registry": {"pullThrough": ["kubernetes", "quay"]},
    }
    return {**complete, **changes}


def args(**changes: Any) -> AksClusterArgs:
    """Arguments of a cluster, with changes by their names in a stack file."""
    return AksClusterArgs.model_validate(settings(**changes))


MODES: dict[str, dict[str, Any]] = {
    "standard": {},
    "standard, before the API server can be reached": {"endpoint": {}},
    "standard behind a firewall": {"network": {**NETWORK, "egress": "firewall", "egressHosts": ["*.example.org"]}},
    "standard without a way out": {"network": {**NETWORK, "egress": "isolated"}},
    "standard with Kata, spot nodes, labels and taints": {
        "nodePools": [
            {"name": "default", "taints": {"dedicated": "NO_SCHEDULE"}, "labels": {"dedicated": "true"}},
            {"name": "sandbox", "isolation": "kata"},
            {"name": "spot", "capacity": "spot", "smallest": 0},
        ]
    },
    "standard in an existing network": {"network": EXISTING_NETWORK},
    "standard, held at a version, frozen for a time": {"upgrades": {"version": "1.36", "freezes": [FREEZE]}},
    "standard without policies on names": {"namePolicies": "none"},
    "standard whose alerts go to a hub": {
        "detection": {
            "findingsTo": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/security/providers/Microsoft.EventHub"
            "/namespaces/security/eventhubs/events"
        }
    },
    "standard with Istio of AKS": {"mesh": {"revisions": ["asm-1-30"]}},
    "automatic": {"mode": "automatic"},
    "automatic, before the API server can be reached": {"mode": "automatic", "endpoint": {}},
}
"""Every way in which a cluster can be made."""
