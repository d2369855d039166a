"""The control plane's bookkeeping, on programs that stand for etcd and the others."""

import json
import os
import socket
from pathlib import Path

import pytest

from components.errors import UserError
from local import control_plane, control_plane_flags, pki, ports
from local.control_plane import SERVICES, ControlPlane
from local.control_plane_record import Record
from local.tools import Tool
from local.workspace import Workspace


class FakeTools:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in SERVICES:
            self.script(name, "exec sleep 600")

    def path(self, name: str) -> Path:
        return self.folder / name

    def obtain(self, name: str) -> Tool:
        raise AssertionError(f"nothing asks where {name} came from")

    def script(self, name: str, line: str) -> None:
        (self.folder / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{line}\n")
        (self.folder / name).chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path) -> FakeTools:
    return FakeTools(tmp_path / "tools")


@pytest.fixture
def running(tmp_path: Path, tools: FakeTools, monkeypatch: pytest.MonkeyPatch):
    """A control plane whose parts are ready as soon as they run."""
    for name in SERVICES:
        monkeypatch.setitem(control_plane._READY, name, lambda _layout: True)
    fake = ControlPlane(Workspace(root=tmp_path, state=tmp_path / "state"))
    fake.ensure(tools)
    yield fake
    fake.stop()


def pids(plane: ControlPlane) -> dict[str, int]:
    return {name: started.process.pid for name, started in Record.read(plane.workspace).services.items()}


def kill(pid: int) -> None:
    os.kill(pid, 9)
    os.waitpid(pid, 0)


def test_a_second_start_finds_everything_running(running, tools):
    before = pids(running)
    assert not running.ensure(tools)
    assert pids(running) == before


def test_a_killed_part_is_replaced_alone_and_told_in_one_line(running, tools, capsys):
    before = pids(running)
    kill(before["kube-apiserver"])
    capsys.readouterr()

    assert running.ensure(tools)

    after = pids(running)
    assert {name for name in SERVICES if after[name] != before[name]} == {"kube-apiserver"}
    expected = f"kube-apiserver (pid {before['kube-apiserver']}) is dead; starting it again with the same data"
    assert expected in capsys.readouterr().out.splitlines()


def test_a_pid_that_another_program_has_got_is_neither_trusted_nor_killed(running, tools):
    stranger = pids(running)["etcd"]
    file = running.workspace.state / "control-plane.json"
    record = json.loads(file.read_text())
    record["services"]["etcd"]["process"]["identity"] = "another boot:1"
    file.write_text(json.dumps(record))

    assert running.ensure(tools)

    assert pids(running)["etcd"] != stranger
    kill(stranger)  # fails where it is not there any more


def test_changed_flags_start_a_part_again(running, tools, monkeypatch):
    before = pids(running)
    changed = control_plane._FLAGS["etcd"]
    monkeypatch.setitem(control_plane._FLAGS, "etcd", lambda layout: {**changed(layout), "snapshot-count": "1"})

    assert running.ensure(tools)

    assert {name for name in SERVICES if pids(running)[name] != before[name]} == {"etcd"}


def test_a_port_that_was_taken_meanwhile_is_chosen_afresh_and_the_kubeconfig_follows(running, tools):
    running.stop()
    taken = Record.read(running.workspace).ports["kube-apiserver"]
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, taken))
        other.listen()
        running.ensure(tools)
    chosen = Record.read(running.workspace).ports["kube-apiserver"]
    assert chosen != taken
    assert f"https://127.0.0.1:{chosen}" in running.workspace.kubeconfig.read_text()


def test_ports_are_kept_between_starts(running, tools):
    before = Record.read(running.workspace).ports
    running.stop()
    running.ensure(tools)
    assert Record.read(running.workspace).ports == before


def test_stop_ends_all_parts_and_says_whether_there_were_any(running):
    started = [entry.process for entry in Record.read(running.workspace).services.values()]
    assert running.stop()
    assert [process.alive for process in started] == [False, False, False]
    assert not running.stop()


def test_stop_in_a_clone_without_state_makes_none(tmp_path):
    assert not ControlPlane(Workspace(root=tmp_path, state=tmp_path / "state")).stop()
    assert not (tmp_path / "state").exists()


def test_a_part_that_ends_at_once_is_told_with_its_last_words_and_its_log(running, tools, monkeypatch):
    running.stop()
    tools.script("etcd", "echo the disk is full; exit 1")
    monkeypatch.setitem(control_plane._READY, "etcd", lambda _layout: False)
    with pytest.raises(UserError) as error:
        running.ensure(tools)
    assert str(error.value) == f"etcd ended: the disk is full\nIts log: {running.workspace.logs / 'etcd.log'}"


def test_data_without_its_encryption_key_is_refused(running, tools):
    running.stop()
    (running.workspace.state / "etcd" / "member").mkdir(parents=True)
    (running.workspace.state / "pki" / "encryption.key").unlink()
    with pytest.raises(UserError, match=r"(?s)encryption.key is missing.*run `make up` again"):
        running.ensure(tools)


def test_a_damaged_record_counts_as_none(running):
    running.stop()
    (running.workspace.state / "control-plane.json").write_text("{")
    assert Record.read(running.workspace) == Record()


def test_health_tells_what_is_dead(running):
    kill(pids(running)["etcd"])
    health = {part.service: (part.alive, part.healthy) for part in running.health()}
    assert health == {
        "etcd": (False, False),
        "kube-apiserver": (True, True),
        "kube-controller-manager": (True, True),
    }


def test_every_flag_that_names_an_address_names_loopback(tmp_path):
    workspace = Workspace(root=tmp_path, state=tmp_path / "state")
    layout = control_plane_flags.Layout(
        workspace=workspace,
        keys=pki.Pki(folder=tmp_path),
        ports=dict.fromkeys(control_plane_flags.PORTS, 1),
        files=dict.fromkeys(("authentication_config", "admission_config", "encryption_config", "audit_policy"), "file"),
    )
    for flags in (
        control_plane_flags.etcd(layout),
        control_plane_flags.api_server(layout),
        control_plane_flags.controller_manager(layout),
    ):
        addresses = [value for flag, value in flags.items() if flag.endswith(("address", "urls", "etcd-servers"))]
        assert addresses
        assert all("127.0.0.1" in address for address in addresses)
