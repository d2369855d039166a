"""Make the virtual environment from the lock file, with progress; needs nothing but Python itself."""

import subprocess
import sys
import time
import venv
from pathlib import Path

OLDEST = (3, 11)
EVERY_SECONDS = 10


def main(folder: Path) -> int:
    """Create `folder` and install `requirements.lock` into it by hash; return the exit code."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        sys.stderr.write(f"error: Python 3.11 or later is needed, this is {found}; run: make PYTHON=python3.11 ...\n")
        return 2
    lock = Path("requirements.lock")
    packages = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"installing {packages} packages from PyPI into {folder}")
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    code = install(python, lock)
    if code == 0:
        (folder / ".installed").touch()
        say("installed")
    return code


def install(python: Path, lock: Path) -> int:
    """Run pip, show how far it is, and show its errors; return its exit code."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    with subprocess.Popen([*command, "-r", str(lock)], stdout=subprocess.PIPE, text=True) as pip:
        started = shown = time.monotonic()
        collected = 0
        for line in pip.stdout or ():
            collected += line.startswith("Collecting ")
            if line.startswith("Installing collected"):
                say("unpacking")
            elif time.monotonic() - shown > EVERY_SECONDS:
                shown = time.monotonic()
                say(f"{collected} collected, {shown - started:.0f} s")
    return pip.returncode


def say(text: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
