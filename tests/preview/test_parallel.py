"""Several stacks at once: the same results in the same order, and no process that outlives the first."""

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.errors import UserError
from policies.catalogue import all_controls
from policies.model import Outcome
from policies.values import UNKNOWN
from preview import parallel
from preview.parallel import Plan
from tests.preview.test_command import preview
from tests.preview.verdicts import verdict

SLEEPER = """\
import os, pathlib, time
pathlib.Path("pids").mkdir(exist_ok=True)
pathlib.Path("pids", str(os.getpid())).touch()
time.sleep(120)
"""


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def test_stacks_run_in_other_processes_and_come_back_in_the_order_of_the_plan() -> None:
    def step(name: str, _outputs: Mapping[str, Any]) -> tuple[tuple[str, int], Mapping[str, Any]]:
        time.sleep(0.2 if name == "a" else 0)
        return (name, os.getpid()), {}

    found = parallel.run(Plan({"a": None, "b": None, "c": None}), step)
    assert list(found) == ["a", "b", "c"]
    assert os.getpid() not in {process for _, process in found.values()}


@pytest.mark.parametrize("others", [{}, {"other": None}], ids=["in this process", "in other ones"])
def test_a_stack_is_given_the_outputs_of_the_one_that_it_reads(others: Mapping[str, None]) -> None:
    def step(name: str, outputs: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        return dict(outputs), {"secret of": name, "later": UNKNOWN}

    found = parallel.run(Plan({"cluster": None, "tenants": "cluster", **others}), step)
    assert found["tenants"]["cluster"] == {"secret of": "cluster", "later": UNKNOWN}
    assert found["tenants"]["cluster"]["later"] is UNKNOWN


@pytest.mark.parametrize(
    ("cores", "stacks", "expected"),
    [(1, "a", "ready a"), (1, "ab", "ready a b"), (2, "ab", "ready, and then two processes")],
)
def test_what_is_needed_is_made_once_and_before_there_are_several_processes(
    monkeypatch: pytest.MonkeyPatch, cores: int, stacks: str, expected: str
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    order: list[str] = []

    def step(name: str, _outputs: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any]]:
        order.append(name)
        return list(order), {}

    found = parallel.run(Plan(dict.fromkeys(stacks)), step, lambda: order.append("ready"))
    if cores == 1:
        assert " ".join(order) == expected
    else:
        assert order == ["ready"]
        assert all(each[0] == "ready" for each in found.values()), "inherited"


def test_beside_the_only_other_process_what_is_needed_is_made_meanwhile(tmp_path: Path) -> None:
    made = tmp_path / "made"

    def step(name: str, _outputs: Mapping[str, Any]) -> tuple[bool, Mapping[str, Any]]:
        deadline = time.monotonic() + 60
        while not made.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        return made.exists(), {}

    assert parallel.run(Plan({"a": None}), step, made.touch) == {"a": True}


def test_an_error_in_what_is_needed_ends_the_other_process() -> None:
    def broken() -> None:
        raise UserError("the waivers are wrong")

    def step(_name: str, _outputs: Mapping[str, Any]) -> tuple[None, Mapping[str, Any]]:
        time.sleep(120)
        return None, {}

    with pytest.raises(UserError, match="the waivers are wrong"):
        parallel.run(Plan({"a": None}), step, broken)


def test_verdicts_come_back_with_the_controls_of_this_process() -> None:
    control = all_controls()[0]
    found = parallel.run(Plan({"a": None, "b": None}), lambda *_: (verdict(Outcome.FAIL, control), {}))
    assert found["a"].control is control
    assert found["b"].messages == ("access must be private",)


def test_a_process_that_dies_is_an_error_and_never_a_missing_result() -> None:
    def step(name: str, _outputs: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        if name == "b":
            os._exit(9)
        return name, {}

    with pytest.raises(Exception, match="terminated abruptly"):
        parallel.run(Plan({"a": None, "b": None}), step)


def test_all_errors_are_told_with_their_tracebacks_in_order(project: Path) -> None:
    (project / "__main__.py").write_text("import pulumi\nraise KeyError(pulumi.get_stack())\n")
    done = preview(project, "local", "dev-aws", "local-cluster")
    assert done.returncode == 3
    places = [done.stderr.index(f"KeyError: '{name}'") for name in ("local", "dev-aws", "local-cluster")]
    assert places == sorted(places)
    assert done.stderr.count("Traceback") == 3
    assert done.stdout.count("KeyError in __main__.py:2") == 3


def test_stacks_that_read_each_other_in_a_ring_end(project: Path) -> None:
    for name, other in (("ring-a", "ring-b"), ("ring-b", "ring-a")):
        text = (project / "stacks/Pulumi.local-tenants.yaml").read_text().replace("local-cluster", other)
        (project / "stacks" / f"Pulumi.{name}.yaml").write_text(text)
    done = preview(project, "ring-a", "ring-b", "local")
    assert done.returncode in (1, 2), done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_first_process_ends_the_others(project: Path, end: signal.Signals) -> None:
    (project / "__main__.py").write_text(SLEEPER)
    command = [sys.executable, "-m", "preview", "local", "local-cluster"]
    # A shell lets what it starts in the background ignore Ctrl-C, and a child inherits that.
    heeding = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=project, preexec_fn=heeding, **silent) as first:
        workers = wait_for_two(project / "pids")
        first.send_signal(end)
        assert first.wait(timeout=60) != 0
    deadline = time.monotonic() + 60
    while (alive := [each for each in workers if is_alive(each)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive == []


def wait_for_two(folder: Path) -> list[int]:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        found = [int(file.name) for file in folder.glob("*")]
        if len(found) == 2:
            return found
        time.sleep(0.05)
    raise AssertionError("the stacks did not start")


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
