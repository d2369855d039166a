"""One side of a change: preview its stacks with its own code and say what they are.

The other side runs it in a process of its own, `python -m preview.change.side`: a `Request` as standard input,
`Snapshots` as standard output.
"""

import os
import sys
from collections.abc import Sequence

from components.errors import UserError
from policies import clock, waivers
from preview import environments
from preview.result import StackResult

from . import snapshot
from .snapshot import Request, Snapshot, Snapshots


def snapshots(results: Sequence[StackResult], request: Request) -> list[Snapshot]:
    """Return the snapshot of each result; raises `UserError` where the waivers can't be read."""
    accepted = waivers.load(waivers.FILE, clock.today())
    return [
        snapshot.of(result, accepted, request.stacks if request.together else [result.name], request.key)
        for result in results
    ]


def main() -> None:
    """Answer a request; a side whose files can't be read ends with one line and code 2."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a program prints is no part of the answer
    request = Request.model_validate_json(sys.stdin.read())
    try:
        results = environments.preview(request.stacks, strict=request.strict, together=request.together)
        found = Snapshots(version=snapshot.VERSION, snapshots=tuple(snapshots(results, request)))
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    with answer:
        answer.write(found.model_dump_json())


if __name__ == "__main__":
    main()
