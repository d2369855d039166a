"""What enforces NetworkPolicies in a cluster."""

from enum import StrEnum


class NetworkPolicyEngine(StrEnum):
    """The engines that the preflight knows, and the two named cases without one.

    How each is recognised is data: `existing/network_policy_engines.yaml`.
    """

    ANTREA = "antrea"
    AWS_VPC_CNI = "aws-vpc-cni"
    """Only with its network policy agent switched on."""
    AZURE_NPM = "azure-npm"
    CALICO = "calico"
    CANAL = "canal"
    """Flannel for the network, Calico for the policies."""
    CILIUM = "cilium"
    EKS_AUTO = "eks-auto"
    """The engine that EKS Auto Mode runs on its nodes, outside the cluster's own pods."""
    GKE_DATAPLANE_V2 = "gke-dataplane-v2"
    """Google's managed Cilium, DaemonSet `anetd`."""
    KUBE_NETWORK_POLICIES = "kube-network-policies"
    KUBE_ROUTER = "kube-router"
    OVN_KUBERNETES = "ovn-kubernetes"
    NO_NODES = "no-nodes"
    """A control plane without nodes runs no pod, so there is nothing to enforce on. The preflight
    verifies that there is no node."""
    NONE = "none"
    """Weak by name: pods run and nothing enforces their NetworkPolicies. Needs a waiver."""

    @property
    def enforces(self) -> bool:
        """Whether a default-deny NetworkPolicy really denies: everything but `NONE`."""
        return self is not NetworkPolicyEngine.NONE
