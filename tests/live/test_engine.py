"""The engine's own ways, on a program that needs no provider."""

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

from local.engine import Engine, EngineRefusedError

pytestmark = pytest.mark.live


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "stacks").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: secure-clusters\nruntime: python\nstackConfigDir: stacks\n")
    (folder / "stacks" / "Pulumi.local.yaml").write_text("config:\n  secure-clusters:owner: team-a\n")
    (folder / "__main__.py").write_text(
        "import pulumi\npulumi.export('owner', pulumi.Config('secure-clusters').require('owner'))\n"
    )
    return folder


@pytest.fixture
def driven(engine, project: Path) -> Engine:
    return engine(root=project)


def test_a_stack_is_applied_read_and_removed_and_no_tracked_file_changes(driven, project):
    tracked = (project / "stacks" / "Pulumi.local.yaml").read_bytes()

    driven.up("local", policies=False)
    assert driven.outputs("local") == {"owner": "team-a"}
    assert "1 unchanged" in driven.up("local", policies=False)
    driven.destroy("local")
    driven.remove("local")

    assert driven.stacks() == {}
    assert (project / "stacks" / "Pulumi.local.yaml").read_bytes() == tracked
    assert [file.name for file in (project / "stacks").iterdir()] == ["Pulumi.local.yaml"]


def test_an_error_of_the_program_is_in_the_refusal(driven, project):
    (project / "__main__.py").write_text("import pulumi\nraise pulumi.RunError('told to the user')\n")
    with pytest.raises(EngineRefusedError) as refusal:
        driven.up("local", policies=False)
    assert "told to the user" in refusal.value.output


def test_a_real_lock_that_a_killed_engine_left_is_released(driven):
    driven.up("local", policies=False)
    folder = driven.backend / ".pulumi/locks/organization/secure-clusters/local"
    folder.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(["true"]) as gone:
        pass
    content = {
        "pid": gone.pid,
        "username": "a",
        "hostname": socket.gethostname(),
        "timestamp": "2026-01-01T00:00:00Z",
    }
    (folder / "left.json").write_text(json.dumps(content))

    driven.up("local", policies=False)

    assert not os.path.lexists(folder / "left.json")
