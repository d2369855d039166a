"""What the README shows is true: its Python program runs, its commands and links exist."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
# Runs the program of the README against the package under its installed name.
RUN = """
import asyncio, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from preview.monitor import RecordingMonitor
from preview.program import run_recorded
monitor = RecordingMonitor({})
program = compile(open(sys.argv[3]).read(), "README", "exec")
asyncio.run(run_recorded(lambda: exec(program, {}), monitor, "readme", {}))
print(*sorted(resource.key for resource in monitor.recorded.values()), sep="\\n")
"""


def test_the_python_program_registers_what_it_declares(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "components", tmp_path / "secure_clusters")
    shutil.copytree(ROOT / "policies" / "controls", tmp_path / "secure_clusters" / "controls")
    (program,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path), str(ROOT), str(tmp_path / "program.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    registered = done.stdout.splitlines()
    assert "kubernetes:core/v1:Namespace::shop-web" in registered
    assert any("shop-api-allow-from-web" in each for each in registered)
    assert "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding::shop-web-developer" in registered


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    documents = [ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    for document in documents:
        named = set(re.findall(r"`make ([a-z-]+)", document.read_text()))
        assert named <= targets, document


def test_every_link_and_named_file_exists() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
    for name in re.findall(r"`(tests/[a-z_/]+\.py)`", README):
        assert (ROOT / name).exists(), name


def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = re.findall(r"^make .*$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert commands == ["make lint", "make test", "make test-live"]


def test_no_source_file_is_longer_than_300_lines() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    long = [name for name in tracked.stdout.split() if len((ROOT / name).read_text().splitlines()) > 300]
    assert long == []
