"""Stack files, locks and errors of the engine, on a script that stands for it."""

import json
import os
import socket
from pathlib import Path

import pytest
import yaml

from components.errors import UserError
from local import engine_locks, stack_files
from local.engine import Engine, EngineRefusedError
from local.engine_locks import StackLock
from local.tools import Source, Tool
from local.workspace import Workspace, write_private

FAKE = """#!/bin/sh
echo "$@" >> "{calls}"
case "$1 $2" in
"stack ls") echo '[{{"name": "local", "resourceCount": 3}}]' ;;
"stack export") echo '{{"deployment": {{"resources": [], "pending_operations": {pending}}}}}' ;;
"up "*) exit {code} ;;
esac
"""


class FakeTools:
    def __init__(self, folder: Path, *, source: Source = Source.BUILD, code: int = 0, pending: str = "[]") -> None:
        self.calls = folder / "calls"
        self.tool = Tool(name="pulumi", version="3.255.0", path=folder / "pulumi", source=source)
        self.tool.path.write_text(FAKE.format(calls=self.calls, code=code, pending=pending))
        self.tool.path.chmod(0o755)

    def path(self, name: str) -> Path:
        return self.tool.path

    def obtain(self, name: str) -> Tool:
        return self.tool

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines()


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    root = tmp_path / "project"
    (root / "stacks").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: secure-clusters\nruntime: python\n")
    (root / "stacks" / "Pulumi.local.yaml").write_text(
        "config:\n  secure-clusters:owner: a\n  secure-clusters:kubeconfig: {from: file, path: .local/kubeconfig}\n"
    )
    monkeypatch.setattr("local.provider_plugin.provide", lambda _engine, _environment: None)
    return Workspace(root=root, state=root / ".local")


def lock(workspace: Workspace, *, pid: int, hostname: str | None = None) -> None:
    folder = workspace.folder("state") / ".pulumi/locks/organization/secure-clusters/local"
    folder.mkdir(parents=True)
    content = {"pid": pid, "hostname": hostname or socket.gethostname(), "username": "a"}
    (folder / "1.json").write_text(json.dumps(content))


def with_state(workspace: Workspace) -> None:
    folder = workspace.folder("state") / ".pulumi/stacks/secure-clusters"
    folder.mkdir(parents=True)
    (folder / "local.json").write_text("{}")


def test_the_copy_of_a_stack_file_keeps_the_salt_and_takes_what_is_new(workspace):
    copy = stack_files.copy(workspace, "local")
    copy.write_text(copy.read_text() + "encryptionsalt: v1:salt\n")
    tracked = workspace.root / "stacks" / "Pulumi.local.yaml"
    tracked.write_text(tracked.read_text() + "  secure-clusters:tier: development\n")

    content = yaml.safe_load(stack_files.copy(workspace, "local").read_text())

    assert content["encryptionsalt"] == "v1:salt"
    assert content["config"]["secure-clusters:tier"] == "development"
    assert "salt" not in tracked.read_text()


def test_the_copy_names_the_kubeconfig_of_its_workspace(workspace, tmp_path):
    def path_in(state: Path) -> str:
        copy = stack_files.copy(Workspace(root=workspace.root, state=state), "local")
        return yaml.safe_load(copy.read_text())["config"]["secure-clusters:kubeconfig"]["path"]

    assert path_in(workspace.state) == ".local/kubeconfig"
    assert path_in(tmp_path / "elsewhere") == str(tmp_path / "elsewhere" / "kubeconfig")


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        ("prod-aws", r"(?s)not a stack for this machine.*pulumi up --stack prod-aws --policy-pack policies"),
        ("local-missing", r"(?s)there is no stack file .*Local stacks: local\."),
        ("../local", "not a stack for this machine"),
    ],
)
def test_a_stack_that_cannot_be_applied_here_is_told_with_the_way_out(workspace, stack, message):
    with pytest.raises(UserError, match=message):
        stack_files.source(workspace, stack)


@pytest.mark.parametrize(("text", "message"), [("a: [", "can't be read as YAML"), ("- a", "must hold a mapping")])
def test_a_stack_file_that_is_none_is_told(workspace, text, message):
    (workspace.root / "stacks" / "Pulumi.local.yaml").write_text(text)
    with pytest.raises(UserError, match=message):
        stack_files.copy(workspace, "local")


def test_a_new_stack_is_made_beside_the_copy_so_that_no_tracked_file_changes(workspace, tmp_path):
    tools = FakeTools(tmp_path)
    Engine(workspace, tools, quiet=True).up("local")
    assert tools.called()[0] == "stack init local --no-select --non-interactive"


@pytest.mark.parametrize(
    ("source", "pack"),
    [(Source.BUILD, "policies/__main__.py"), (Source.PATH, "policies"), (Source.DOWNLOAD, "policies")],
)
def test_the_policy_pack_is_given_as_the_language_host_can_run_it(workspace, tmp_path, source, pack):
    tools = FakeTools(tmp_path, source=source)
    Engine(workspace, tools, quiet=True).up("local")
    assert f"--policy-pack {workspace.root / pack} --yes --non-interactive" in tools.called()[-1]


def test_a_refusal_of_the_engine_is_not_a_users_error(workspace, tmp_path):
    with pytest.raises(EngineRefusedError, match="pulumi up ended with code 255"):
        Engine(workspace, FakeTools(tmp_path, code=255), quiet=True).up("local")


def test_the_lock_of_a_killed_engine_is_released_and_told_in_one_line(workspace, tmp_path, capsys):
    with_state(workspace)
    lock(workspace, pid=2**22 + 1)
    tools = FakeTools(tmp_path)
    Engine(workspace, tools, quiet=True).up("local")
    operations = [call.split()[0] for call in tools.called()]
    assert operations.index("cancel") < operations.index("up")
    assert "refresh" not in operations
    assert capsys.readouterr().out.count("releasing its lock (pulumi cancel)") == 1


def test_what_a_killed_engine_left_half_done_is_read_before_the_next_update(workspace, tmp_path):
    with_state(workspace)
    lock(workspace, pid=2**22 + 1)
    tools = FakeTools(tmp_path, pending='[{"type": "creating"}]')
    Engine(workspace, tools, quiet=True).up("local")
    calls = tools.called()
    refresh = next(call for call in calls if call.startswith("refresh"))
    assert "--clear-pending-creates" in refresh
    assert calls.index(refresh) < len(calls) - 1


def test_the_lock_of_an_engine_on_another_machine_is_respected(workspace, tmp_path):
    lock(workspace, pid=1, hostname="elsewhere")
    tools = FakeTools(tmp_path)
    with pytest.raises(UserError, match=r"(?s)another engine \(pid 1 on elsewhere\).*Wait"):
        Engine(workspace, tools, quiet=True).up("local")
    assert not any(call.startswith(("cancel", "up")) for call in tools.called())


def test_a_pid_that_is_not_an_engines_any_more_holds_no_lock():
    assert not StackLock(pid=os.getpid(), hostname=socket.gethostname()).held


def test_a_cut_off_lock_file_is_a_lock_that_nobody_holds(workspace):
    lock(workspace, pid=1)
    next(workspace.state.rglob("1.json")).write_text("{")
    assert [found.held for found in engine_locks.of_stack(workspace.state / "state", "local")] == [False]


def test_the_passphrase_is_private_and_kept_and_not_in_the_environment(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the user's own")
    first = Engine(workspace, FakeTools(tmp_path)).environment
    passphrase = Path(first["PULUMI_CONFIG_PASSPHRASE_FILE"])
    content = passphrase.read_text()
    assert passphrase.stat().st_mode & 0o777 == 0o600
    assert content not in first.values()
    assert "PULUMI_CONFIG_PASSPHRASE" not in first
    assert (
        Path(Engine(workspace, FakeTools(tmp_path)).environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text() == content
    )


def test_without_state_no_engine_is_needed_to_say_that_there_is_no_stack(workspace):
    class NoTools:
        def path(self, name: str) -> Path:
            raise AssertionError(f"{name} was asked for")

        def obtain(self, name: str) -> Tool:
            raise AssertionError(f"{name} was asked for")

    assert Engine(workspace, NoTools()).stacks() == {}


def test_tenants_stacks_are_told_from_the_stack_that_they_refer_to(workspace):
    for stack, config in (("local-a", "{}"), ("local-b", "{secure-clusters:clusterStack: a/b/c}")):
        write_private(stack_files.private(workspace, stack), f"config: {config}\n".encode())
    assert not stack_files.refers_to_another_stack(workspace, "local-a")
    assert stack_files.refers_to_another_stack(workspace, "local-b")
    assert not stack_files.refers_to_another_stack(workspace, "local-unknown")
