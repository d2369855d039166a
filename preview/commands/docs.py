"""`python -m preview docs`: write the generated files, or say which are out of date."""

from typing import Annotated

import typer

from components.errors import UserError
from preview import ROOT, docs


def write_docs(
    *, check: Annotated[bool, typer.Option("--check", help="Only say which files are out of date.")] = False
) -> None:
    """Write the generated files: catalogue, settings table, schemas, Pulumi.yaml."""
    stale = docs.stale_files()
    for file, content in stale.items():
        typer.echo(f"{'out of date' if check else 'written'}: {file.relative_to(ROOT)}")
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
    if check and stale:
        raise UserError("generated files are out of date; run 'make docs' and commit them")
