"""ResourceQuota and LimitRange of a namespace: pure functions from a quota to specifications.

No default request or limit for CPU and memory is given on purpose: a pod that doesn't state them is
refused, because a made-up limit either wastes the cluster or kills the workload. Local disk, which
few workloads think of, gets a small default.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from pulumi_kubernetes.core.v1 import LimitRangeItemArgs, LimitRangeSpecArgs, ResourceQuotaSpecArgs

from .model import Quota

EPHEMERAL_STORAGE_DEFAULT = "1Gi"


def resource_quota(quota: Quota) -> ResourceQuotaSpecArgs:
    """Return the spec of the namespace's ResourceQuota."""
    return ResourceQuotaSpecArgs(
        hard={
            "requests.cpu": quota.cpu,
            "limits.cpu": quota.cpu,
            "requests.memory": quota.memory,
            "limits.memory": quota.memory,
            "requests.ephemeral-storage": quota.ephemeral_storage,
            "limits.ephemeral-storage": quota.ephemeral_storage,
            "requests.storage": quota.storage,
            "pods": str(quota.pods),
            "services.loadbalancers": str(quota.load_balancers),
            "services.nodeports": "0",
        }
    )


def limit_range(quota: Quota) -> LimitRangeSpecArgs:
    """Return the spec of the namespace's LimitRange.

    The ceilings are of type Pod: a ceiling of type Container would silently become the default limit.
    """
    return LimitRangeSpecArgs(
        limits=[
            LimitRangeItemArgs(type="Pod", max={"cpu": quota.pod_cpu, "memory": quota.pod_memory}),
            LimitRangeItemArgs(
                type="Container",
                default={"ephemeral-storage": EPHEMERAL_STORAGE_DEFAULT},
                default_request={"ephemeral-storage": EPHEMERAL_STORAGE_DEFAULT},
            ),
        ]
    )
