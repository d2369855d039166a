"""`make up`, again, `make status` and `make down`, as their user runs them, in a state folder of their own."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.workspace import REPOSITORY

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("state_at_every_step")]


def local(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "SECURE_CLUSTERS_STATE": str(state)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_environment_comes_to_life_stays_as_it_is_and_goes(tmp_path: Path) -> None:
    state = tmp_path / "state"
    try:
        first = local(state, "up")
        assert first.returncode == 0, first.stdout + first.stderr
        assert "+ 58 created" in first.stdout
        assert "3 Namespace" in first.stdout
        assert "kubectl --kubeconfig" in first.stdout

        second = local(state, "up")
        assert second.returncode == 0, second.stdout + second.stderr
        assert "58 unchanged" in second.stdout
        assert " created" not in second.stdout

        status = local(state, "status")
        assert status.returncode == 0
        assert "kube-apiserver: healthy" in status.stdout
        assert "stack local: 58 resources" in status.stdout
    finally:
        down = local(state, "down")
    assert down.returncode == 0, down.stdout + down.stderr
    assert "everything is gone" in down.stdout
    again = local(state, "down")
    assert again.returncode == 0
    assert "nothing was running" in again.stdout


def test_two_at_once_take_turns(tmp_path: Path) -> None:
    state = tmp_path / "state"
    try:
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda _: local(state, "up"), range(2)))
        assert [done.returncode for done in both] == [0, 0], [done.stdout + done.stderr for done in both]
        assert sorted("+ 58 created" in done.stdout for done in both) == [False, True]
        assert any("58 unchanged" in done.stdout for done in both)
    finally:
        assert local(state, "down").returncode == 0


@pytest.mark.parametrize(
    ("stack", "told"),
    [("prod-aws", "is not a stack for this machine"), ("local-nope", "there is no stack file")],
)
def test_a_stack_that_can_not_be_applied_here_is_refused_before_anything_starts(
    tmp_path: Path, stack: str, told: str
) -> None:
    done = local(tmp_path / "state", "up", "--stack", stack)
    assert done.returncode == 2
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "state" / "kubeconfig").exists()
