import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from components.errors import UserError
from local import download, go_build, tools
from local.download import Download
from local.go_build import GoBuild
from local.recipes import Recipe, acme_server, all_recipes, cyclonus_oracle
from local.tools import Source, Toolbox

NAME = "tool"


class FakeBuild:
    """Stands for a build from Go modules; counts how often it ran."""

    recipe = "how it is built"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.built = 0

    def build(self, name: str, folder: Path) -> None:
        self.built += 1
        (folder / name).write_text("half")
        if self.error:
            raise self.error
        (folder / name).write_text("whole")


def toolbox(
    folder: Path, *, build: Any = None, beside: tuple[str, ...] = (), official: Download | None = None
) -> Toolbox:
    recipe = Recipe(
        name=NAME,
        version_arguments=("--version",),
        acceptable=lambda found: found >= (3, 255, 0),
        wanted="3.255.0 or later",
        build=cast("GoBuild", build or FakeBuild()),
        build_version="3.255.0",
        download=official,
        download_version="3.260.0",
        beside=beside,
    )
    (folder / "bin").mkdir(exist_ok=True)
    return Toolbox(cache=folder / "cache", search_path=str(folder / "bin"), recipes={NAME: recipe})


def on_path(folder: Path, script: str) -> Path:
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / NAME
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def in_cache(folder: Path) -> list[str]:
    return sorted(place.name for place in (folder / "cache" / "tools").iterdir() if place.name != ".lock")


def test_a_tool_on_path_of_a_good_version_is_used(tmp_path):
    program = on_path(tmp_path, "echo v3.300.1")
    tool = toolbox(tmp_path).obtain(NAME)
    assert (tool.path, tool.version, tool.source) == (program, "3.300.1", Source.PATH)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo v3.254.9", "it is version 3.254.9, and 3.255.0 or later is needed"),
        ("exit 1", "it does not tell its version"),
    ],
)
def test_another_tool_on_path_is_refused_with_the_reason(tmp_path, capsys, script, reason):
    program = on_path(tmp_path, script)
    tool = toolbox(tmp_path).obtain(NAME)
    assert tool.source is Source.BUILD
    assert f"not using {program}: {reason}" in capsys.readouterr().out


def test_an_engine_on_path_without_its_language_host_is_refused(tmp_path, capsys):
    on_path(tmp_path, "echo v3.300.1")
    assert toolbox(tmp_path, beside=("its-language-host",)).obtain(NAME).source is Source.BUILD
    assert "its-language-host is not beside it" in capsys.readouterr().out


def test_a_built_tool_is_built_once(tmp_path):
    build = FakeBuild()
    first = toolbox(tmp_path, build=build).obtain(NAME)
    second = toolbox(tmp_path, build=build).obtain(NAME)
    assert first == second
    assert first.path.read_text() == "whole"
    assert build.built == 1


def test_a_build_that_fails_leaves_nothing_in_the_cache(tmp_path):
    with pytest.raises(UserError, match="no Go"):
        toolbox(tmp_path, build=FakeBuild(UserError("no Go"))).obtain(NAME)
    assert in_cache(tmp_path) == []


def test_what_a_killed_build_left_is_not_taken_for_the_tool_and_is_cleared_away(tmp_path):
    killed = (
        "import os, sys; from pathlib import Path; from local import tools; from tests.local import test_tools as t\n"
        "class Killed(t.FakeBuild):\n"
        "    def build(self, name, folder):\n"
        "        (folder / name).write_text('half'); os.kill(os.getpid(), 9)\n"
        "t.toolbox(Path(sys.argv[1]), build=Killed()).obtain(t.NAME)\n"
    )
    answer = subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert answer.returncode == -9
    assert all(name.startswith(".unfinished-") for name in in_cache(tmp_path))

    assert toolbox(tmp_path).obtain(NAME).path.read_text() == "whole"
    assert not any(name.startswith(".unfinished-") for name in in_cache(tmp_path))


def test_of_two_runs_at_once_one_builds_and_the_other_says_that_it_waits(tmp_path):
    (tmp_path / "bin").mkdir()
    # The builder tells that it holds the lock, and goes on when it is told that the other one waits.
    builder = (
        "import sys; from pathlib import Path; from tests.local import test_tools as t\n"
        "class Slow(t.FakeBuild):\n"
        "    def build(self, name, folder):\n"
        "        print('building', flush=True); sys.stdin.readline(); super().build(name, folder)\n"
        "t.toolbox(Path(sys.argv[1]), build=Slow()).obtain(t.NAME)\n"
    )
    waiter = (
        "import sys; from pathlib import Path; from contextlib import contextmanager\n"
        "from local import console; from tests.local import test_tools as t\n"
        "@contextmanager\n"
        "def progress(what): print(what, flush=True); yield lambda detail: None\n"
        "console.progress = progress\n"
        "build = t.FakeBuild()\n"
        "tool = t.toolbox(Path(sys.argv[1]), build=build).obtain(t.NAME)\n"
        "print(build.built, tool.path.read_text(), flush=True)\n"
    )

    def run(script: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    with run(builder) as first:
        assert first.stdin
        assert first.stdout
        assert first.stdout.readline() == "building\n"
        with run(waiter) as second:
            assert second.stdout
            assert second.stdout.readline() == "waiting for another run that is obtaining tools\n"
            first.stdin.write("go on\n")
            first.stdin.close()
            assert second.stdout.readline() == "0 whole\n"


def test_a_download_with_a_wrong_checksum_is_refused_and_leaves_nothing_in_the_cache(tmp_path, monkeypatch):
    def fetch(_download, target):
        target.write_text("changed")
        raise UserError("damaged or was changed")

    monkeypatch.setattr(download, "fetch", fetch)
    build = FakeBuild()
    with pytest.raises(UserError, match="damaged or was changed"):
        toolbox(tmp_path, build=build, official=Download(url="https://a/tool", checksums_url="https://a/s")).obtain(
            NAME
        )
    assert in_cache(tmp_path) == []
    assert build.built == 0, "a changed download is an alarm, not a reason to go another way"


def test_an_unreachable_publisher_leads_to_the_build(tmp_path, monkeypatch, capsys):
    def fetch(_download, _target):
        raise download.UnreachableError("a cannot be reached")

    monkeypatch.setattr(download, "fetch", fetch)
    box = toolbox(tmp_path, official=Download(url="https://a/tool", checksums_url="https://a/s"))
    assert box.obtain(NAME).source is Source.BUILD
    assert "no download of tool: a cannot be reached" in capsys.readouterr().out


def test_a_downloaded_program_can_be_executed(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "fetch", lambda _download, target: target.write_text("#!/bin/sh\n"))
    tool = toolbox(tmp_path, official=Download(url="https://a/tool", checksums_url="https://a/s")).obtain(NAME)
    assert (tool.source, tool.version) == (Source.DOWNLOAD, "3.260.0")
    assert os.access(tool.path, os.X_OK)


def test_a_cache_that_cannot_be_written_is_told_with_the_way_out(tmp_path):
    box = toolbox(tmp_path)
    box.cache.write_text("a file in its place")
    with pytest.raises(UserError, match=r"cannot write to the tool cache .*\n.*SECURE_CLUSTERS_CACHE"):
        box.obtain(NAME)


def test_the_cache_is_where_the_user_wants_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("SECURE_CLUSTERS_CACHE", raising=False)
    assert tools.cache_folder() == tmp_path / "secure-clusters"
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path / "own"))
    assert tools.cache_folder() == tmp_path / "own"


@pytest.fixture
def go_module(tmp_path: Path) -> GoBuild:
    folder = tmp_path / "module"
    folder.mkdir()
    (folder / "go.mod").write_text("module a\n\ngo 1.26.0\n")
    (folder / "go.sum").write_text("")
    return GoBuild(module_folder=folder, package="a/b", link_variables={})


def fake_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    folder = tmp_path / "go"
    folder.mkdir()
    (folder / "go").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "go").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_missing_go_is_told_with_the_version_that_is_needed(tmp_path, monkeypatch, go_module):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"(?s)no Go on PATH.*Go 1\.26\.0 or later.*or put etcd on PATH"):
        go_module.build("etcd", tmp_path)


def test_a_go_that_is_too_old_is_told_in_its_own_words(tmp_path, monkeypatch, go_module):
    fake_go(tmp_path, monkeypatch, "echo 'go.mod requires go >= 1.26.0 (running go 1.19)' >&2; exit 1")
    with pytest.raises(UserError, match=r"(?s)requires go >= 1\.26\.0.*Install Go 1\.26\.0"):
        go_module.build("etcd", tmp_path)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("dial tcp: lookup modules.example: no such host", r"(?s)cannot be downloaded.*GOPROXY"),
        ("undefined: something", r"(?s)the build failed: undefined: something.*go clean -cache"),
    ],
)
def test_a_failed_build_says_why_and_what_to_do(tmp_path, monkeypatch, go_module, said, message):
    fake_go(tmp_path, monkeypatch, f"[ $1 = env ] || {{ echo '{said}' >&2; exit 1; }}")
    with pytest.raises(UserError, match=message) as error:
        go_module.build("etcd", tmp_path)
    assert len(str(error.value).splitlines()) <= 3


def test_another_go_sum_makes_another_place_in_the_cache(go_module):
    before = go_module.recipe
    (go_module.module_folder / "go.sum").write_text("changed")
    assert go_module.recipe != before


def test_every_recipe_names_a_tool_line_of_its_module():
    for recipe in all_recipes().values():
        builds = [recipe.build, *recipe.build.companions.values()]
        for build in builds:
            assert build.package in (build.module_folder / "go.mod").read_text()


def test_the_versions_are_those_of_the_modules():
    recipes = all_recipes()
    for name, module in (("etcd", "go.etcd.io/etcd/server/v3"), ("kube-apiserver", "k8s.io/kubernetes")):
        recipe = recipes[name]
        assert f"{module} v{recipe.build_version}" in (recipe.build.module_folder / "go.mod").read_text()
    cyclonus = cyclonus_oracle()
    assert f"cyclonus v{cyclonus.build_version}" in (cyclonus.build.module_folder / "go.mod").read_text()
    pebble = acme_server()
    assert f"pebble/v2 v{pebble.build_version}" in (pebble.build.module_folder / "go.mod").read_text()
    engine = recipes["pulumi"]
    assert f"pulumi/pkg/v3 v{engine.build_version}" in (engine.build.module_folder / "go.mod").read_text()


def test_go_build_keeps_the_users_flags_out():
    assert go_build._environment()["GOFLAGS"] == ""
