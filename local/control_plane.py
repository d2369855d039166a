"""A hardened control plane on 127.0.0.1: etcd, API server and controller manager, without any node."""

import hashlib
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from components.errors import UserError

from . import api_health, console, control_plane_config, control_plane_flags, kubeconfig, locks, pki, ports, processes
from .control_plane_flags import API_SERVER, CONTROLLER_MANAGER, ETCD, Layout
from .control_plane_record import Record, Started
from .tools import Tools
from .workspace import Workspace

READY_WITHIN = 90.0
"""Seconds that each part has to become ready; an idle machine needs less than ten."""
_POLL = 0.1
SERVICES = (ETCD, API_SERVER, CONTROLLER_MANAGER)
"""In the order in which they start; they stop in the reverse order."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What one part of the control plane does right now."""

    service: str
    pid: int | None
    """None where it was never started or has been stopped."""
    alive: bool
    healthy: bool


class ControlPlane:
    """The control plane of one workspace.

    It survives the command that starts it. Its data stays between starts, until `delete_data`.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def ensure(self, tools: Tools) -> bool:
        """Have all parts running with today's settings; returns whether anything had to be started.

        A part that was killed is replaced, with the same data; so is one whose flags, certificates or
        program have changed. Raises `UserError` with the end of the log where a part does not start.
        """
        binaries = {service: tools.path(service) for service in SERVICES}
        with self._lock():
            self._refuse_data_without_key()
            keys = pki.ensure(self.workspace.folder("pki"))
            record = self._record()
            files = control_plane_config.write(self.workspace.folder("control-plane"), keys)
            layout = Layout(workspace=self.workspace, keys=keys, ports=_ports(record), files=files)
            self._write_kubeconfigs(layout)
            started = [self._ensure_service(name, binaries[name], layout) for name in SERVICES]
            return any(started)

    def stop(self) -> bool:
        """Stop all parts and wait until they are gone; returns whether any was running."""
        if not self.workspace.state.exists():
            return False
        with self._lock():
            record = self._record()
            running = [
                record.services[name].process
                for name in reversed(SERVICES)
                if name in record.services and record.services[name].process.alive
            ]
            if running:
                with console.progress("stopping the control plane"):
                    for process in running:
                        process.stop()
            record.without_services().write(self.workspace)
            return bool(running)

    def health(self) -> list[Health]:
        """Return what each part does right now, without changing anything."""
        record = self._record()
        keys = pki.Pki(folder=self.workspace.state / "pki")
        layout = Layout(workspace=self.workspace, keys=keys, ports=record.ports, files={})
        return [_health(name, record.services.get(name), layout) for name in SERVICES]

    def delete_data(self) -> None:
        """Delete everything that the stopped control plane stored, and the keys that encrypted it."""
        with self._lock():
            for name in ("etcd", "pki"):
                shutil.rmtree(self.workspace.state / name, ignore_errors=True)
            self.workspace.kubeconfig.unlink(missing_ok=True)
            Record.delete(self.workspace)

    def _lock(self) -> AbstractContextManager[None]:
        path = self.workspace.folder("locks") / "control-plane"
        return locks.exclusive(path, waiting_for="another run that starts or stops the control plane")

    def _record(self) -> Record:
        return Record.read(self.workspace)

    def _refuse_data_without_key(self) -> None:
        data, key = self.workspace.state / "etcd" / "member", self.workspace.state / "pki" / "encryption.key"
        if data.exists() and not key.exists():
            raise UserError(
                f"{key} is missing, so the Secrets in {data.parent} cannot be read any more.\n"
                f"Delete {self.workspace.state} and run `make up` again."
            )

    def _write_kubeconfigs(self, layout: Layout) -> None:
        kubeconfig.write(self.workspace.kubeconfig, server=layout.server_url, keys=layout.keys, user="admin")
        kubeconfig.write(
            layout.controller_manager_kubeconfig,
            server=layout.server_url,
            keys=layout.keys,
            user="controller-manager",
        )

    def _ensure_service(self, name: str, binary: Path, layout: Layout) -> bool:
        command = [str(binary), *control_plane_flags.arguments(_FLAGS[name](layout))]
        recipe = _recipe(command, layout)
        known = self._record().services.get(name)
        if known and (complaint := _complaint(name, known, recipe, layout)):
            console.step(f"{name} (pid {known.process.pid}) {complaint}; starting it again with the same data")
            known.process.stop()
        elif known:
            return False
        with console.progress(f"starting {name}"):
            self._start(name, command, recipe, layout)
        return True

    def _start(self, name: str, command: list[str], recipe: str, layout: Layout) -> None:
        log = self.workspace.folder("logs") / f"{name}.log"
        process = processes.start(command, folder=self.workspace.state, log=log)
        # Written before it is ready, so that a killed `make up` leaves no process that nobody knows of.
        self._record().with_service(name, Started(process=process, recipe=recipe), layout.ports).write(self.workspace)
        if not _becomes_ready(name, process, layout):
            what = "does not become ready" if process.alive else "ended"
            process.stop()
            raise UserError(f"{name} {what}: {processes.last_lines(log)}\nIts log: {log}")


def _complaint(name: str, known: Started, recipe: str, layout: Layout) -> str | None:
    """Return why a part that was started must be started again; None where it is as it should be."""
    if not known.process.alive:
        return "is dead"
    if known.recipe != recipe:
        return "runs with other settings"
    return None if _becomes_ready(name, known.process, layout) else "does not answer"


def _becomes_ready(name: str, process: processes.Process, layout: Layout) -> bool:
    """Wait until a part is ready; returns false where it ends or takes longer than `READY_WITHIN`."""
    deadline = time.monotonic() + READY_WITHIN
    while not _READY[name](layout):
        if not process.alive or time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


_FLAGS: Mapping[str, Callable[[Layout], dict[str, str]]] = {
    ETCD: control_plane_flags.etcd,
    API_SERVER: control_plane_flags.api_server,
    CONTROLLER_MANAGER: control_plane_flags.controller_manager,
}
_READY: Mapping[str, Callable[[Layout], bool]] = {
    ETCD: api_health.etcd_healthy,
    API_SERVER: api_health.api_server_ready,
    CONTROLLER_MANAGER: api_health.controllers_work,
}


def _recipe(command: list[str], layout: Layout) -> str:
    """Return a checksum of everything that a part reads when it starts."""
    inputs = [*command, layout.keys.fingerprint, control_plane_config.checksum(layout.files)]
    return hashlib.sha256("\0".join(inputs).encode()).hexdigest()


def _ports(record: Record) -> dict[str, int]:
    alive = {name for name, started in record.services.items() if started.process.alive}
    ours = alive | ({control_plane_flags.ETCD_PEER} if ETCD in alive else set())
    return ports.choose(control_plane_flags.PORTS, preferred=record.ports, ours=ours)


def _health(name: str, started: Started | None, layout: Layout) -> Health:
    alive = started is not None and started.process.alive
    return Health(
        service=name,
        pid=started.process.pid if started else None,
        alive=alive,
        healthy=alive and _READY[name](layout),
    )
