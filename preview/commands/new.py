"""`python -m preview new ENV --cloud CLOUD`: a first stack file."""

from typing import Annotated

import typer

from preview import ROOT, scaffold


def new(
    environment: Annotated[str, typer.Argument(help="Name of the environment.")],
    cloud: Annotated[
        str, typer.Option(help=f"Where it is: {', '.join(scaffold.clouds())}.", autocompletion=scaffold.clouds)
    ],
) -> None:
    """Write a commented, valid stack file; never over one that is there."""
    file = scaffold.write(environment, cloud)
    typer.echo(f"written: {file.relative_to(ROOT)}; change what is marked there, then: python -m preview {environment}")
