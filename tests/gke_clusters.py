"""GKE clusters for tests: one that is complete, and changes to it."""

from typing import Any

from components.gcp import GkeClusterArgs

PROJECT = "example-prod"
NUMBER = "111122223333"
REGION = "europe-west3"
DEPLOYER = f"serviceAccount:secure-clusters-deployer@{PROJECT}.iam.gserviceaccount.com"
BREAK_GLASS = "group:break-glass@example.org"
SECURITY_GROUP = "gke-security-groups@example.org"
NETWORK = {"kind": "own", "cidr": "10.42.0.0/20", "podCidr": "10.100.0.0/14"}
EXISTING_NETWORK = {
    "kind": "existing",
    "network": "projects/example-network/global/networks/shared",
    "subnetwork": f"projects/example-network/regions/{REGION}/subnetworks/nodes",
    "cidr": "10.50.0.0/20",
    "podCidr": "10.104.0.0/14",
    "podRange": "pods",
    "serviceRange": "services",
}
FREEZE = {"from": "2099-12-14", "to": "2100-01-04", "reason": "the busiest weeks"}


def settings(**changes: Any) -> dict[str, Any]:
    """Settings of a cluster as they stand in a stack file, without its kind."""
    complete = {
        "identifier": "prod-gcp",
        "project": PROJECT,
        "projectNumber": NUMBER,
        "region": REGION,
        "network": NETWORK,
        "endpoint": {"reachableThrough": "runner-inside"},
        "deployer": DEPLOYER,
        "breakGlass": [BREAK_GLASS],
        "securityGroup": SECURITY_GROUP,
        "access": [{"group": "group:payments-developers@example.org"}],
        "registry": {"repositories": ["payments"], "pullThrough": ["kubernetes", "docker-hub"]},
    }
    return {**complete, **changes}


def args(**changes: Any) -> GkeClusterArgs:
    """Arguments of a cluster, with changes by their names in a stack file."""
    return GkeClusterArgs.model_validate(settings(**changes))


MODES: dict[str, dict[str, Any]] = {
    "standard": {},
    "standard, before the API server can be reached": {"endpoint": {}},
    "standard by its DNS name": {"endpoint": {"access": "dns", "reachableThrough": "internet"}},
    "standard with ranges that may reach the private address": {
        "endpoint": {"privateCidrs": ["10.43.0.0/24"], "reachableThrough": "vpn"}
    },
    "standard with gVisor, spot nodes and blue-green pools": {
        "nodePools": [
            {"name": "default", "taints": {"system": "NO_SCHEDULE"}, "labels": {"system": "true"}},
            {"name": "sandbox", "isolation": "gvisor", "upgradeStrategy": "blue-green"},
            {"name": "spot", "capacity": "spot", "machineType": "c3d-standard-8", "smallest": 0},
        ]
    },
    "standard with TDX": {"confidential": "tdx"},
    "standard in an existing network": {"network": EXISTING_NETWORK},
    "standard without a way out": {"network": {**NETWORK, "egress": "none"}},
    "standard, held at a version, frozen for a time": {"upgrades": {"version": "1.36", "freezes": [FREEZE]}},
    "standard with images that attestors vouch for": {
        "registry": {"repositories": ["payments"], "attestors": [f"projects/{PROJECT}/attestors/built-by-ci"]}
    },
    "standard whose findings go to a topic": {"detection": {"findingsTo": f"projects/{PROJECT}/topics/security"}},
    "standard with Cloud Service Mesh": {"mesh": {}},
    "autopilot": {"mode": "autopilot"},
    "autopilot by its DNS name": {"mode": "autopilot", "endpoint": {"access": "dns", "reachableThrough": "internet"}},
    "autopilot, before the API server can be reached": {"mode": "autopilot", "endpoint": {}},
}
"""Every way in which a cluster can be made."""
