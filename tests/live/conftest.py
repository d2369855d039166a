"""A real control plane and a real engine for the live tests, each with a state of its own."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import control_plane as control_plane_module
from local.control_plane import ControlPlane
from local.engine import Engine
from local.tools import Toolbox
from local.workspace import REPOSITORY, Workspace
from tests.live.admission import Admission


class RunningControlPlane:
    """A control plane that runs until the end of the test session."""

    def __init__(self, workspace: Workspace, tools: Toolbox) -> None:
        self.workspace = workspace
        self.tools = tools
        self.control_plane = ControlPlane(workspace)
        self.control_plane.ensure(tools)

    @property
    def kubeconfig(self) -> Path:
        return self.workspace.kubeconfig


@pytest.fixture(scope="session")
def tools() -> Toolbox:
    return Toolbox()


@pytest.fixture(scope="session", autouse=True)
def _state_at_the_end() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction] - pytest uses it
    """Let the engine write its state once an update has ended, and not after each of its steps.

    Of hundreds of resources that is half of what the engine does. A test that ends it early has `state_at_every_step`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
        yield


@pytest.fixture
def state_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine write its state after each step, as it does for whoever sets nothing."""
    monkeypatch.delenv("PULUMI_SKIP_CHECKPOINTS")


@pytest.fixture
def control_plane_of_its_own(tmp_path: Path, tools: Toolbox) -> Iterator[RunningControlPlane]:
    """One that the test may kill or stop."""
    yield from _running(tmp_path / "state", tools)


@pytest.fixture
def control_plane_without_webhooks(
    tmp_path: Path, tools: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningControlPlane]:
    """One of the test's own that asks no webhook: nothing runs the pods of operators here, which would answer it.

    That their webhooks stop their own kinds meanwhile, and nothing else, test_certificates.py shows.
    """
    flags = control_plane_module._FLAGS["kube-apiserver"]
    off = {"disable-admission-plugins": "MutatingAdmissionWebhook,ValidatingAdmissionWebhook"}
    monkeypatch.setitem(control_plane_module._FLAGS, "kube-apiserver", lambda layout: {**flags(layout), **off})
    yield from _running(tmp_path / "state", tools)


@pytest.fixture(scope="session")
def control_plane(tools: Toolbox) -> Iterator[RunningControlPlane]:
    """One that all tests share; a test cleans up what it makes in it."""
    # Not pytest's folder: that one is kept after the run, with the keys in it.
    folder = Path(tempfile.mkdtemp(prefix="secure-clusters-"))
    try:
        yield from _running(folder, tools)
    finally:
        shutil.rmtree(folder)


def _running(state: Path, tools: Toolbox) -> Iterator[RunningControlPlane]:
    running = None
    try:
        running = RunningControlPlane(Workspace(root=REPOSITORY, state=state), tools)
        yield running
    finally:
        ControlPlane(Workspace(root=REPOSITORY, state=state)).stop()


@pytest.fixture
def engine(control_plane: RunningControlPlane, tmp_path: Path, tools: Toolbox) -> Callable[..., Engine]:
    """Make quiet engines with one backend of their own and the shared control plane's kubeconfig.

    `engine()` runs this repository's program, `engine(root=folder)` another one.
    """

    def make(root: Path = REPOSITORY) -> Engine:
        workspace = Workspace(root=root, state=tmp_path / "engine-state")
        workspace.folder("config")
        shutil.copy(control_plane.kubeconfig, workspace.kubeconfig)
        return Engine(workspace, tools, quiet=True)

    return make


@pytest.fixture(scope="module")
def cluster(control_plane: RunningControlPlane) -> Admission:
    """The shared cluster, to which a test applies admission policies."""
    return Admission(control_plane.kubeconfig)


@pytest.fixture(scope="module")
def namespace(cluster: Admission) -> Iterator[str]:
    """A namespace in which only those policies judge."""
    with cluster.namespace() as name:
        yield name
