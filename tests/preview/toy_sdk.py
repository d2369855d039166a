"""An SDK of a few files, imported as the preview imports those of the clouds."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from preview import lean_sdk


@contextmanager
def importable(files: Mapping[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Have `toy_sdk` with these files, each by its path without the ending."""
    for name, text in files.items():
        file = folder / "toy_sdk" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(lean_sdk, "SDKS", frozenset({"toy_sdk"}))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    lean_sdk.install()
    yield
    for name in [name for name in sys.modules if name.startswith("toy_sdk")]:
        del sys.modules[name]
