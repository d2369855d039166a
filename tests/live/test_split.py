"""A cluster stack and a tenants stack that reads its outputs: teams deploy apart."""

from pathlib import Path

import pytest

from local.engine import EngineRefusedError
from tests.live import projects
from tests.live.cluster import Cluster

pytestmark = pytest.mark.live

STACKS = {
    "local-cluster": {"scope": "cluster"},
    "local-tenants": {
        "scope": "tenants",
        "clusterStack": "organization/secure-clusters/local-cluster",
        "tenants": [{"name": "split", "owner": "split-team", "namespaces": [{"name": "a"}]}],
    },
}


def test_a_tenants_stack_uses_the_cluster_of_another_stack(control_plane, tools, tmp_path: Path) -> None:
    root = projects.make(tmp_path / "project", STACKS, control_plane.kubeconfig)
    engine = projects.engine(root, tools)
    cluster = Cluster(control_plane.kubeconfig)
    with pytest.raises(EngineRefusedError) as refused:
        engine.up("local-tenants")
    assert "local-cluster" in refused.value.output, "the missing stack is named"

    engine.up("local-cluster")
    engine.up("local-tenants")
    try:
        namespace = cluster.core.read_namespace("split-a")
        assert namespace.metadata.labels["secureclusters.dev/network-isolation"] == "default-deny"
        assert engine.kinds("local-tenants")["ClusterRole"] == 0, "the roles belong to the platform team"
        assert "unchanged" in engine.up("local-tenants")
    finally:
        engine.destroy("local-tenants")
        engine.destroy("local-cluster")
    assert "split-a" not in cluster.namespaces()
