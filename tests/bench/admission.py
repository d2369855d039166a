"""How much the admission policies cost a request: `python -m tests.bench.admission` starts a control plane."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from local import console
from local.control_plane import ControlPlane
from local.tools import Toolbox
from local.workspace import REPOSITORY, Workspace
from tests.live.admission import ARGS, Admission, deployment
from tests.live.cluster import pod

REQUESTS = 500
ADMITTING = ARGS.model_copy(update={"parameters": {"allowedRegistries": ("registry.example",)}})
"""With these settings the measured objects are admitted, so that every expression is evaluated."""
_MILLISECONDS = 1000


def measure(cluster: Admission, manifest: dict[str, Any], namespace: str) -> tuple[float, float]:
    """Return p50 and p99 of the time of a create by dry-run, in milliseconds."""
    for _ in range(50):
        answer = cluster.send(manifest, namespace)
        if not answer.admitted:
            raise ValueError(f"a refused object measures something else: {answer.message}")
    times: list[float] = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        cluster.send(manifest, namespace)
        times.append((time.perf_counter() - start) * _MILLISECONDS)
    hundredths = statistics.quantiles(times, n=100)
    return hundredths[49], hundredths[98]


def admission_latency(cluster: Admission) -> dict[str, tuple[float, float]]:
    """Return p50 and p99 for a Pod and a Deployment, with all policies and without any."""
    manifests = {"Pod": pod(), "Deployment": deployment(pod()["spec"])}
    found: dict[str, tuple[float, float]] = {}
    with cluster.namespace() as namespace:
        found |= {f"{kind}, without": measure(cluster, each, namespace) for kind, each in manifests.items()}
        with cluster.enforcing(ADMITTING):
            found |= {f"{kind}, with": measure(cluster, each, namespace) for kind, each in manifests.items()}
    return found


def main() -> None:
    """Measure on a control plane of its own and print a line for each measurement."""
    with tempfile.TemporaryDirectory(prefix="secure-clusters-") as folder:
        workspace = Workspace(root=REPOSITORY, state=Path(folder) / "state")
        control_plane = ControlPlane(workspace)
        try:
            control_plane.ensure(Toolbox())
            for name, (p50, p99) in admission_latency(Admission(workspace.kubeconfig)).items():
                console.step(f"{name} policies: p50 {p50:.1f} ms, p99 {p99:.1f} ms ({REQUESTS} requests)")
        finally:
            control_plane.stop()


if __name__ == "__main__":
    main()
