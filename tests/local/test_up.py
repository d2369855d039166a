"""`make up` with input that can't work: told at once, before a tool is obtained or anything is started."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def up(project: Path, stack: str) -> subprocess.CompletedProcess[str]:
    """Run it where no tool can be found and none can be built."""
    environment = {**os.environ, "PATH": "/nonexistent", "SECURE_CLUSTERS_CACHE": str(project / "cache")}
    return subprocess.run(
        [sys.executable, "-m", "local", "up", "--stack", stack],
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("stack", "text", "told"),
    [
        ("local-bad", "config: {secure-clusters:ownr: x}", 'did you mean "owner"?'),
        ("local-bad", "config: [", "can't be read as YAML"),
        ("local-bad", "", "has no configuration"),
        ("local-gone", None, "there is no stack file"),
        ("prod-aws", None, "is not a stack for this machine"),
    ],
)
def test_bad_input_is_told_before_anything_is_obtained_or_started(
    tmp_path: Path, stack: str, text: str | None, told: str
) -> None:
    for name in ("Pulumi.yaml", "components", "local", "policies", "stacks"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    if text is not None:
        (tmp_path / "stacks" / f"Pulumi.{stack}.yaml").write_text(text)
    done = up(tmp_path, stack)
    assert done.returncode == 2, done.stderr
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / ".local" / "kubeconfig").exists()
