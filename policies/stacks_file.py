"""Read a file under `stacks/` that says what is accepted: all of its errors are told at once."""

from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from components import yaml_file
from components.errors import UserError
from components.model import Settings
from components.settings_errors import explain

STACKS = Path(__file__).parent.parent / "stacks"

_Model = TypeVar("_Model", bound=Settings)


def read(file: Path, model: type[_Model], key: str) -> _Model:
    """Return the content of a file whose only key at the top is `key`, which holds a list.

    Raises `UserError` with everything that is wrong.
    """
    source = source_of(file)
    raw = yaml_file.read(file, source)
    if not isinstance(raw, dict):
        raise UserError(f"{source} must hold the key '{key}' with a list; write '{key}: []' for none")
    content = cast("dict[str, Any]", raw)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise UserError(explain(model, content, error, source=source, prefix="")) from None


def source_of(file: Path) -> str:
    """Return the name of a file in messages: `stacks/waivers.yaml`."""
    return f"{file.parent.name}/{file.name}"


def refuse(file: Path, problems: list[str]) -> None:
    """Raise one `UserError` that holds every problem, a line each; none where there is no problem."""
    if problems:
        raise UserError(
            "\n".join([f"{source_of(file)}: {len(problems)} error(s)", *(f"  {line}" for line in problems)])
        )
