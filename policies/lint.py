"""`python -m policies.lint`: say what is wrong with the controls' files, each with its file and line.

The catalogue refuses a bad file as well, but stops at the first one.
"""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

from . import cel
from .catalogue import CONTROLS
from .model import Control

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "policies" / "controls"


def problems(folder: Path = CONTROLS, fixtures: Path = FIXTURES) -> Iterator[str]:
    """Yield `file:line: what is wrong` for every control of a folder and every fixture that no control has."""
    files: dict[str, Path] = {}
    for file in [*sorted(folder.glob("workload/*.yaml")), *sorted(folder.glob("**/*.py"))]:
        if file.name == "__init__.py":
            continue
        control_id = file.stem.replace("_", "-") if file.suffix == ".py" else file.stem
        if control_id in files:
            yield f"{file}:1: {files[control_id]} has the id {control_id!r} already"
        files[control_id] = file
        yield from _in_python(file) if file.suffix == ".py" else _in_yaml(file)
        if not (fixtures / f"{control_id}.yaml").exists():
            yield f"{file}:1: it has no fixture; write tests/policies/controls/{control_id}.yaml"
    for fixture in sorted(fixtures.glob("*.yaml")):
        if fixture.stem not in files:
            yield f"{fixture}:1: no control has the id {fixture.stem!r}; a fixture is named after its control"


def _in_yaml(file: Path) -> Iterator[str]:
    try:
        cel.compile_file(file)
    except ValueError as error:
        yield from str(error).splitlines()


def _in_python(file: Path) -> Iterator[str]:
    spec = importlib.util.spec_from_file_location(f"linted_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ValueError(f"{file} is no Python module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        yield f"{file}:{error.lineno or 1}: {error.msg}"
        return
    except Exception as error:
        yield f"{file}:{_raised_at(error, file)}: {type(error).__name__}: {error}"
        return
    declared = [value for value in vars(module).values() if isinstance(value, Control)]
    if len(declared) != 1:
        yield f"{file}:1: declares {len(declared)} controls; one control a file"
    for control in declared:
        yield from _in_words(file, control)


def _raised_at(error: Exception, file: Path) -> int:
    """Return the line of the file that an error came from."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _in_words(file: Path, control: Control) -> Iterator[str]:
    wrong = {
        "id": None if cel.is_id(control.id) else "name the file in lower-case words joined by '_'",
        "title": "must not end with a period" if control.title.endswith(".") else None,
        "why": None if control.why.endswith(".") else "must end with a period",
        "fix": None if control.fix.endswith(".") else "must end with a period",
        "url": None if control.url.startswith("https://") else "must start with https://",
        "types": None if control.types else "names no type",
    }
    lines = {node.arg: node.lineno for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.keyword)}
    for key, problem in wrong.items():
        if problem:
            yield f"{file}:{lines.get(key, 1)}: {key}: {problem}"


def main() -> None:
    """Print what is wrong; exit with 1 where there is anything."""
    found = list(problems())
    for problem in found:
        sys.stderr.write(f"{problem.replace(f'{ROOT}/', '')}\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
