import os
import sys
from pathlib import Path

import pytest

from components.errors import UserError
from local import processes
from local.processes import Process

WAITS = [sys.executable, "-c", "import sys, time; print('up', flush=True); time.sleep(600)"]
IGNORES_TERM = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


@pytest.fixture
def running(tmp_path: Path):
    process = processes.start(WAITS, folder=tmp_path, log=tmp_path / "log")
    yield process
    process.stop()


def wait_for_output(log: Path) -> None:
    while "up" not in log.read_text():
        pass


def test_a_started_process_is_alive_in_a_session_of_its_own_until_it_is_stopped(running):
    assert running.alive
    assert os.getsid(running.pid) == running.pid
    running.stop()
    assert not running.alive


def test_a_killed_process_is_dead(running):
    os.kill(running.pid, 9)
    os.waitpid(running.pid, 0)
    assert not running.alive


def test_a_stranger_with_the_same_pid_is_not_mistaken_and_not_killed(running):
    started_earlier = Process(pid=running.pid, identity="another boot:1")
    assert not started_earlier.alive
    started_earlier.stop()
    assert running.alive


def test_a_process_that_ignores_sigterm_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "TERMINATION", 0.2)
    process = processes.start(IGNORES_TERM, folder=tmp_path, log=tmp_path / "log")
    wait_for_output(tmp_path / "log")
    process.stop()
    assert not process.alive


def test_a_process_gets_no_environment_and_a_private_log(tmp_path, monkeypatch):
    monkeypatch.setenv("ETCD_LISTEN_CLIENT_URLS", "http://0.0.0.0:1")
    script = [sys.executable, "-c", "import os; print([n for n in os.environ if n.startswith('ETCD')], 'up')"]
    processes.start(script, folder=tmp_path, log=tmp_path / "log")
    wait_for_output(tmp_path / "log")
    assert (tmp_path / "log").read_text() == "[] up\n"
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_the_log_of_the_run_before_is_kept(tmp_path):
    (tmp_path / "log").write_text("the run before")
    processes.start(["/bin/true"], folder=tmp_path, log=tmp_path / "log")
    assert (tmp_path / "log.1").read_text() == "the run before"


def test_a_program_that_cannot_be_executed_is_told(tmp_path):
    with pytest.raises(UserError, match="cannot run /nowhere/etcd: No such file"):
        processes.start(["/nowhere/etcd"], folder=tmp_path, log=tmp_path / "log")


def test_the_end_of_a_log_is_short_enough_for_an_error(tmp_path):
    log = tmp_path / "log"
    log.write_text("first\n" + "x" * 1000 + "\n")
    assert processes.last_lines(log) == "x" * 300
    assert processes.last_lines(tmp_path / "missing") == "(no log)"
