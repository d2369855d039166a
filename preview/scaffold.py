"""A first stack file for an environment: valid as it is, with a comment at everything that is one's own."""

import tempfile
from pathlib import Path

from components import settings, stack_file
from components.errors import UserError
from components.model import DNS_LABEL

from . import ROOT

TEMPLATES = Path(__file__).parent / "templates"
_NAME = "ENVIRONMENT"


def clouds() -> list[str]:
    """Return the clouds that there is a template for."""
    return sorted(file.stem for file in TEMPLATES.glob("*.yaml"))


def write(name: str, cloud: str, root: Path = ROOT) -> Path:
    """Write the stack file of an environment and return its path.

    Raises `UserError` for an unknown cloud, a name that can't be one, and a file that is there: nothing is overwritten.
    """
    if cloud not in clouds():
        raise UserError(f"there is no cloud {cloud!r}; there are {', '.join(clouds())}")
    if not DNS_LABEL.fullmatch(name):
        raise UserError(
            f"{name!r} can't name an environment; use lower-case letters, digits and '-', starting and ending with a "
            "letter or digit"
        )
    text = (TEMPLATES / f"{cloud}.yaml").read_text(encoding="utf-8").replace(_NAME, name)
    _check(name, text)
    file = root / "stacks" / f"Pulumi.{name}.yaml"
    try:
        file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except OSError as error:
        if file.exists():
            raise UserError(f"stacks/{file.name} is there already; choose another name, or edit it") from None
        raise UserError(f"stacks/{file.name} can't be written: {error.strerror}") from None
    return file


def _check(name: str, text: str) -> None:
    """Refuse a name that the cloud does not take, such as one that is too long, before anything is written."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")
        settings.from_config(stack_file.read(name, Path(folder)).config, name)
