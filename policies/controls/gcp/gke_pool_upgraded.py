"""GKE upgrades the nodes of a pool."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="GKE upgrades the nodes of a pool",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.provisioned_pools,
    why=(
        "Nodes that nobody upgrades keep every flaw of their kernel and kubelet, until they are too old for the "
        "control plane."
    ),
    fix="Remove management.autoUpgrade and maintenancePolicies, or set autoUpgrade to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/node-auto-upgrades",
)
def check(pool: Props) -> Iterator[str]:
    if not pool.read("management.autoUpgrade", provider_default=True):
        yield "management.autoUpgrade must be true"
    for policy in pool.read("maintenancePolicies", provider_default=[]):
        for exclusion in policy.read("exclusionUntilEndOfSupports", provider_default=[]):
            if exclusion.read("enabled", provider_default=False):
                yield "maintenancePolicies must not keep patches out until support ends"
