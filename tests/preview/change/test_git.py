"""What is compared with, and where it is checked out; nothing of the user's is touched."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from components.errors import UserError
from preview.change import git, worktree

ROOT = Path(__file__).parents[3]


def run(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, content: str) -> str:
    (folder / "file").write_text(content)
    run(folder, "add", "file")
    run(folder, "commit", "-qm", content)
    return run(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A branch that left main after `shared`, while main went on."""
    folder = tmp_path / "repository"
    folder.mkdir()
    run(folder, "init", "-q", "-b", "main")
    commit(folder, "shared")
    run(folder, "checkout", "-qb", "branch")
    commit(folder, "on the branch")
    run(folder, "checkout", "-q", "main")
    commit(folder, "on main")
    run(folder, "checkout", "-q", "branch")
    return folder


def worktrees(folder: Path) -> int:
    return run(folder, "worktree", "list").count("\n") + 1


def test_a_branch_is_compared_with_where_it_left_not_with_what_happened_since(repository: Path) -> None:
    revision = git.revision(repository, "main")
    with worktree.checked_out(revision) as folder:
        assert (folder / "file").read_text() == "shared"
    with worktree.checked_out(git.revision(repository, "HEAD")) as folder:
        assert (folder / "file").read_text() == "on the branch"


def test_the_users_tree_index_stash_and_worktrees_stay_as_they_are(repository: Path) -> None:
    (repository / "file").write_text("staged")
    run(repository, "add", "file")
    (repository / "file").write_text("edited")
    (repository / "new").write_text("untracked")
    status = run(repository, "status", "--porcelain")
    index = (repository / ".git" / "index").read_bytes()
    with worktree.checked_out(git.revision(repository, "main")) as folder:
        (folder / "file").write_text("changed over there")
        (folder / "made").write_text("over there")
    assert (repository / ".git" / "index").read_bytes() == index
    assert run(repository, "status", "--porcelain") == status
    assert run(repository, "stash", "list") == ""
    assert worktrees(repository) == 1
    assert not folder.parent.exists()
    assert not (repository / ".git" / "worktrees").exists()


def test_inside_a_hook_the_index_of_the_commit_that_is_made_is_left_alone(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = repository / ".git" / "index"
    before = index.read_bytes()
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    with worktree.checked_out(git.revision(repository, "main")) as folder:
        assert (folder / "file").read_text() == "shared"
    assert index.read_bytes() == before


def test_the_users_hooks_do_not_run(repository: Path) -> None:
    hook = repository / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    (repository / ".git" / "watch").write_text(f"#!/bin/sh\ntouch '{repository}/ran'\n")
    (repository / ".git" / "watch").chmod(0o755)
    run(repository, "config", "core.fsmonitor", str(repository / ".git" / "watch"))
    with worktree.checked_out(git.revision(repository, "main")) as folder:
        assert not (folder / "ran").exists()
    assert not (repository / "ran").exists()


def test_a_project_below_the_top_of_its_repository_is_found_on_the_other_side(repository: Path) -> None:
    (repository / "deep" / "project").mkdir(parents=True)
    (repository / "deep" / "project" / "x").write_text("x")
    run(repository, "add", "deep")
    run(repository, "commit", "-qm", "deep")
    with worktree.checked_out(git.revision(repository / "deep" / "project", "HEAD")) as folder:
        assert (folder / "x").read_text() == "x"


@pytest.mark.parametrize("ref", ["nope", "origin/main", "--all", "-f", "", "main; touch x", "HEAD~99", "0" * 40])
def test_a_revision_that_is_not_there_is_refused_in_one_line(repository: Path, ref: str) -> None:
    with pytest.raises(UserError, match="--against") as told:
        git.revision(repository, ref)
    assert "\n" not in str(told.value)
    assert worktrees(repository) == 1


def test_a_shallow_clone_says_what_to_fetch_and_still_compares_what_it_has(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repository}", str(clone))
    with pytest.raises(UserError, match="shares no commit with HEAD here; this clone is shallow: fetch"):
        git.revision(clone, "origin/main")
    with pytest.raises(UserError, match=r"there is no such commit here; this clone is shallow: fetch"):
        git.revision(clone, "HEAD^1")
    with worktree.checked_out(git.revision(clone, "HEAD")) as folder:
        assert (folder / "file").read_text() == "on the branch"


def test_a_merge_commit_is_compared_with_its_first_parent_in_a_clone_of_depth_two(
    repository: Path, tmp_path: Path
) -> None:
    run(repository, "checkout", "-q", "main")
    run(repository, "merge", "-q", "-s", "ours", "-m", "merged", "branch")
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "-q", "--depth", "2", f"file://{repository}", str(clone))
    assert git.revision(clone, "HEAD^1").commit == run(repository, "rev-parse", "HEAD^1")


def test_what_is_no_repository_and_what_has_no_commit_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a git repository"):
        git.revision(tmp_path, "main")
    run(tmp_path, "init", "-q")
    with pytest.raises(UserError, match="no commit yet"):
        git.revision(tmp_path, "main")


def test_an_error_in_between_removes_the_worktree(repository: Path) -> None:
    with pytest.raises(RuntimeError, match="boom"), worktree.checked_out(git.revision(repository, "main")):
        raise RuntimeError("boom")
    assert worktrees(repository) == 1


HOLD = """
import sys, time
from pathlib import Path
from preview.change import git, worktree
with worktree.checked_out(git.revision(Path(sys.argv[1]), "main")) as folder:
    print(folder, flush=True)
    time.sleep(600)
"""


def holder(repository: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(repository)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_removes_the_worktree(repository: Path, number: signal.Signals) -> None:
    process, folder = holder(repository)
    assert folder.is_dir()
    process.send_signal(number)
    assert process.wait(60) != 0
    assert worktrees(repository) == 1
    assert not folder.parent.exists()


def test_what_a_killed_preview_left_is_removed_by_the_next_and_a_running_one_keeps_its_own(repository: Path) -> None:
    killed, left = holder(repository)
    running, kept = holder(repository)
    killed.kill()
    killed.wait()
    try:
        assert left.is_dir(), "nobody could remove it"
        worktree.remove_leftovers(repository)
        assert not left.parent.exists()
        assert kept.is_dir()
        assert worktrees(repository) == 2
    finally:
        running.terminate()
        running.wait()
    assert worktrees(repository) == 1


def test_a_worktree_of_the_user_whose_folder_is_away_is_not_pruned(repository: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    run(repository, "worktree", "add", "-q", "--detach", str(own), "main")
    own.rename(tmp_path / "elsewhere")
    with worktree.checked_out(git.revision(repository, "main")):
        pass
    assert str(own) in run(repository, "worktree", "list")
