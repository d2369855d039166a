"""A copy of the project for tests that change its files."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project whose stack files a test may change."""
    for name in ("Pulumi.yaml", "__main__.py", "components", "policies", "preview", "stacks"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path
