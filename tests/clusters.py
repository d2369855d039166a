"""A cluster for tests of what lies inside one."""

from components.cluster import ClusterDns, ClusterHandle, kubernetes_provider
from components.mesh import Mesh


def handle(mesh: Mesh | None = None, *, engine: str = "cilium") -> ClusterHandle:
    """Return a cluster whose NetworkPolicies an engine enforces; to be called within a recorded program."""
    return ClusterHandle(
        provider=kubernetes_provider("cluster", identifier="test", kubeconfig="kubeconfig"),
        identifier="test",
        network_policy_engine=engine,
        dns=ClusterDns().model_dump(by_alias=True),
        mesh=mesh,
    )
