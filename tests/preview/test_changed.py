"""Which environments a change can decide about."""

import json
import subprocess
from pathlib import Path

import pytest

from components.errors import UserError
from preview import changed
from tests.preview.test_command import preview

EKS = "config: {secure-clusters:cluster: {kind: eks}}\n"
TENANTS = "config: {secure-clusters:clusterStack: organization/secure-clusters/prod}\n"


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x")


def write(root: Path, name: str, text: str = "x\n") -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a cluster stack, a tenants stack of it, and one of neither."""
    for name, text in {"a": EKS, "prod": EKS.replace("eks", "gke"), "a-team": TENANTS}.items():
        write(tmp_path, f"stacks/Pulumi.{name}.yaml", text)
    write(tmp_path, "components/x.py")
    write(tmp_path, "docs/x.md")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path)
    return tmp_path


def since(root: Path, ref: str = "HEAD") -> list[str]:
    return [each.stack for each in changed.environments(root, ref)]


def test_all_environments_are_listed_with_those_that_read_others_last(root: Path) -> None:
    assert [(each.stack, each.cluster, each.tenants) for each in changed.environments(root)] == [
        ("a", "eks", False),
        ("prod", "gke", False),
        ("a-team", "gke", True),
    ]


@pytest.mark.parametrize(
    ("touched", "environments"),
    [
        ("stacks/Pulumi.a.yaml", ["a"]),
        ("stacks/Pulumi.prod.yaml", ["prod", "a-team"]),
        ("stacks/Pulumi.a-team.yaml", ["a-team"]),
        ("stacks/Pulumi.new.yaml", ["new"]),
        ("stacks/waivers.yaml", ["a", "prod", "a-team"]),
        ("components/x.py", ["a", "prod", "a-team"]),
        ("requirements.lock", ["a", "prod", "a-team"]),
        ("of-your-own/x.py", ["a", "prod", "a-team"]),
        ("docs/x.md", []),
        ("tests/x.py", []),
        ("README.md", []),
        ("components/README.md", ["a", "prod", "a-team"]),
        (".github/workflows/x.yml", []),
    ],
)
@pytest.mark.parametrize("committed", [True, False])
def test_a_file_decides_about_its_environments(
    root: Path, touched: str, environments: list[str], *, committed: bool
) -> None:
    git(root, "checkout", "-qb", "change")
    write(root, touched, "config: {}\n")
    if touched.endswith(("prod.yaml", "a-team.yaml")):
        write(root, touched, (TENANTS if "team" in touched else EKS.replace("eks", "gke")) + "# touched\n")
    if committed:
        commit(root)
    assert since(root, "main") == environments


@pytest.mark.parametrize("committed", [True, False])
def test_a_stack_that_is_removed_is_told_as_one_and_so_are_those_that_read_it(root: Path, *, committed: bool) -> None:
    git(root, "checkout", "-qb", "change")
    (root / "stacks" / "Pulumi.prod.yaml").unlink()
    write(root, "stacks/Pulumi.new.yaml", EKS)
    if committed:
        commit(root)
    found = changed.environments(root, "main")
    assert [(each.stack, each.removed) for each in found] == [("new", False), ("prod", True), ("a-team", False)]
    assert "prod" not in {each.stack for each in changed.environments(root)}


def test_a_file_that_looks_like_a_stack_file_elsewhere_is_none(root: Path) -> None:
    write(root, "of-your-own/stacks/Pulumi.other.yaml", EKS)
    assert since(root) == ["a", "prod", "a-team"]


def test_what_the_base_branch_did_meanwhile_is_no_change(root: Path) -> None:
    git(root, "checkout", "-qb", "change")
    write(root, "stacks/Pulumi.a.yaml", EKS + "# touched\n")
    commit(root)
    git(root, "checkout", "-q", "main")
    write(root, "components/x.py", "y\n")
    commit(root)
    git(root, "checkout", "-q", "change")
    assert since(root, "main") == ["a"]


def test_a_project_in_a_folder_of_a_repository_looks_at_that_folder_alone(tmp_path: Path, root: Path) -> None:
    write(root, "sub/stacks/Pulumi.inner.yaml", EKS)
    commit(root)
    write(root, "components/x.py", "y\n")
    assert since(root / "sub") == []
    write(root, "sub/components/x.py")
    assert since(root / "sub") == ["inner"]


def test_a_stack_file_that_can_not_be_read_is_previewed_which_tells_what_is_wrong(root: Path) -> None:
    write(root, "stacks/Pulumi.a.yaml", "config: [")
    (only,) = changed.environments(root, "HEAD")
    assert (only.stack, only.cluster) == ("a", None)


def test_a_revision_that_is_not_there_is_told(root: Path) -> None:
    with pytest.raises(UserError, match="--against nope: there is no such commit here"):
        changed.environments(root, "nope")


def test_the_command_prints_one_line_of_json(project: Path) -> None:
    done = preview(project, "changed")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert {"stack": "local-tenants", "cluster": "existing", "tenants": True, "removed": False} in json.loads(
        done.stdout
    )
    outside = preview(project, "changed", "--against", "HEAD")
    assert outside.returncode == 2
    assert outside.stderr.startswith("error: --against HEAD: git says:")
