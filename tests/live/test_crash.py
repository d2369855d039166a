"""An engine killed half way: the next update converges, with nothing lost and nothing doubled."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from local.engine import Engine
from tests.live import projects
from tests.live.cluster import Cluster

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("state_at_every_step")]

STACK = "local-crash"
TENANTS = [
    {"name": f"crash{number}", "owner": "crash-team", "namespaces": [{"name": "a"}, {"name": "b"}]}
    for number in range(4)
]
# Starts the update in a group of its own, so that the engine and its plugins can be killed at once.
UPDATE = f"""
import sys
from pathlib import Path
from local.tools import Toolbox
from tests.live import projects
projects.engine(Path(sys.argv[1]), Toolbox()).up({STACK!r})
"""


@pytest.fixture
def engine(control_plane_of_its_own, tools, tmp_path: Path):
    """An engine on a control plane of its own: what a kill leaves behind is in no other test's way."""
    kubeconfig = control_plane_of_its_own.kubeconfig
    root = projects.make(tmp_path / "project", {STACK: {"tenants": TENANTS}}, kubeconfig)
    engine = projects.engine(root, tools)
    yield engine
    engine.destroy(STACK)


def kill_half_way(engine: Engine, cluster: Cluster) -> None:
    """Start an update and kill -9 everything of it once some, but not all, namespaces are there."""
    root = engine.workspace.root
    update = subprocess.Popen(
        [sys.executable, "-c", UPDATE, str(root)],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    while len(cluster.namespaces()) < 2:
        assert update.poll() is None, "the update ended before it could be killed"
    os.killpg(update.pid, signal.SIGKILL)
    update.wait()


def test_an_update_that_was_killed_converges_when_it_is_run_again(engine: Engine, control_plane_of_its_own) -> None:
    cluster = Cluster(control_plane_of_its_own.kubeconfig)
    kill_half_way(engine, cluster)
    assert 0 < len(engine.resources(STACK)) < 70, "the kill came in the middle"

    engine.up(STACK)

    wanted = {f"{tenant['name']}-{namespace['name']}" for tenant in TENANTS for namespace in tenant["namespaces"]}
    assert cluster.namespaces() & {name for name in cluster.namespaces() if name.startswith("crash")} == wanted
    for name in wanted:
        policies = cluster.networking.list_namespaced_network_policy(name).items
        assert sorted(policy.metadata.name for policy in policies) == ["allow-dns", "default-deny"]
        assert len(cluster.core.list_namespaced_resource_quota(name).items) == 1
    urns = Counter(resource["urn"] for resource in engine.resources(STACK))
    assert {urn: count for urn, count in urns.items() if count > 1} == {}
    output = engine.up(STACK)
    assert " created" not in output
    assert "pending" not in output
