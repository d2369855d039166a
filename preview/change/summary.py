"""What a change does, in a line."""

from collections.abc import Iterator

from .model import Action, Change, Presence

_PRESENCE = {
    Presence.ADDED: "a new environment",
    Presence.REMOVED: "the environment is removed",
    Presence.BROKEN: "it could be previewed before",
    Presence.BROKEN_BEFORE: "it could not be previewed before",
}


def compared_with(change: Change) -> str:
    """Return what a change is compared with: `main (1a2b3c4d5e)`, or the commit alone where that was asked for."""
    commit = change.commit[:10]
    return commit if change.commit.startswith(change.ref) else f"{change.ref} ({commit})"


def line(change: Change) -> str:
    """Return what there is most to know, with numbers: `2 added, 1 changed; 3 verdicts worse`."""
    return "; ".join(_parts(change)) or "nothing changes"


def _parts(change: Change) -> Iterator[str]:
    if change.presence in _PRESENCE:
        yield _PRESENCE[change.presence]
    if counts := [f"{len(change.of(action))} {action}" for action in Action if change.of(action)]:
        yield ", ".join(counts)
    for what, found in (
        ("verdicts worse", change.worse),
        ("verdicts better", change.better),
        ("ways opened", change.opened),
        ("ways closed", change.closed),
        ("rights gained", change.gained),
        ("rights lost", change.lost),
        ("waivers changed", change.waivers),
    ):
        if found:
            yield f"{len(found)} {what if len(found) > 1 else _one(what)}"


def _one(what: str) -> str:
    noun, verb = what.split()
    return f"{noun.removesuffix('s')} {verb}"
