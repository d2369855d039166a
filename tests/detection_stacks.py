"""Stacks with the services that look at images and containers on, for tests: on every kind of cluster."""

from typing import Any

from tests import aks_clusters, eks_clusters, gke_clusters

REGISTRIES = ["docker.io/falcosecurity", "ghcr.io/sigstore", "mirror.gcr.io/aquasec"]
REACHED = [{"cidr": "10.9.0.0/28"}]
SUBJECT = "https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main"
SIGNER = {"issuer": "https://token.actions.githubusercontent.com", "subject": SUBJECT}
HUB = (
    f"/subscriptions/{aks_clusters.SUBSCRIPTION}/resourceGroups/security/providers/Microsoft.EventHub"
    "/namespaces/security/eventhubs/events"
)
WEBHOOK = {"kind": "webhook", "address": "https://siem.example/events", "networks": REACHED}


def stack(cluster: dict[str, Any], sink: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Settings of a stack with every service of this file on."""
    trust = {"registries": REACHED, "tenants": {"shop": {"images": ["registry.example/shop/**"], "signers": [SIGNER]}}}
    return {
        "owner": "platform-team",
        "cluster": cluster,
        "admission": {"deployers": {"groups": ["deployers"]}, "parameters": {"allowedRegistries": REGISTRIES}},
        "platform": {
            "apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]},
            "imageTrust": trust,
            "scanning": {"registries": REACHED},
            "runtimeDetection": {"sink": sink},
        },
        "tenants": [{"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]}],
        **more,
    }


STACKS: dict[str, dict[str, Any]] = {
    "existing": stack(
        {"kind": "existing", "identifier": "site-a", "networkPolicyEngine": "calico"},
        WEBHOOK,
        kubeconfig={"from": "file", "path": "x"},
    ),
    "eks": stack(
        {"kind": "eks", **eks_clusters.settings()},
        {
            "kind": "sns",
            "topic": "arn:aws:sns:eu-central-1:111122223333:security-events",
            "policy": "arn:aws:iam::111122223333:policy/publish-security-events",
            "networks": REACHED,
        },
    ),
    "aks": stack({"kind": "aks", **aks_clusters.settings()}, {"kind": "event-hub", "hub": HUB, "networks": REACHED}),
    "gke": stack(
        {"kind": "gke", **gke_clusters.settings()},
        {
            "kind": "pubsub",
            "project": gke_clusters.PROJECT,
            "topic": "security-events",
            "networks": [{"cidr": "199.36.153.4/30"}],
        },
    ),
}
"""A stack for each kind of cluster."""

FALCO = "DaemonSet::falco-falco"
NEEDED = {
    # The controller writes its CA, and what it wants to be asked, into its own three webhooks.
    ("rbac-no-admission-changes", "ClusterRole::policy-controller-policy-controller-webhook"),
    # A probe of the kernel looks into the node.
    ("namespace-pod-security", "Namespace::platform-runtime-sensors"),
    ("workload-adds-only-default-capabilities", FALCO),
    ("workload-adds-only-net-bind-service", FALCO),
    ("workload-no-control-plane-toleration", FALCO),
    ("workload-no-dangerous-capabilities", FALCO),
    ("workload-no-host-path", FALCO),
    ("workload-no-runtime-socket", FALCO),
    ("workload-no-sensitive-host-path", FALCO),
    ("workload-runs-as-non-root", FALCO),
    ("workload-user-not-root", FALCO),
    ("workload-volume-types", FALCO),
}
"""What mandatory controls refuse and the services can't do without: each has a waiver where it is switched on."""
