"""`python -m preview changed`: what a workflow has to preview."""

import sys
from typing import Annotated

import typer

from preview import changed


def list_changed(
    against: Annotated[
        str | None, typer.Option(metavar="REF", help="Only those that a change since a commit can decide about.")
    ] = None,
) -> None:
    """List environments as JSON, for the matrix of a workflow: stack, kind of cluster, whether it reads another."""
    sys.stdout.write(changed.as_json(changed.environments(against=against)))
