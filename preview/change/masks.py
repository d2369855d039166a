"""What no report shows: values that are marked as secret, and those whose name says that they hold one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from policies.model import Resource

HIDDEN = "[secret]"
Path = tuple[str | int, ...]
_NAMES = re.compile(
    r"(?i)(password|passwd|pwd|passphrase|secret|token|credentials?|connection[._-]?string"
    r"|(api|private|access|account)[._-]?key)$"
)
_IN_URL = re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+@")
"""Who signs in, and the password, as a URL may hold them before its host."""
_URL_HIDDEN = rf"\1:{HIDDEN}@"
_KUBERNETES_SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type token


def secret_paths(resource: Resource) -> frozenset[Path]:
    """Return the paths of what is marked as secret; all that a Kubernetes Secret holds is."""
    held = ("data", "stringData") if resource.type.startswith(_KUBERNETES_SECRET) else ()
    return resource.secrets | {(name,) for name in held}


def is_named_secret(path: Path) -> bool:
    """Return whether a path says that a text there is secret: `adminPassword`, `env[API_KEY].value`."""
    names = path[-2:] if path[-1:] == ("value",) else path[-1:]
    return any(isinstance(name, str) and _NAMES.search(name) is not None for name in names)


def hide_named(value: Any) -> Any:
    """Return a value without the texts whose name says that they are secret, at every depth.

    An entry of a list of variables holds its name beside its value. A text that is a JSON document is read as one, and
    of a URL the password is hidden whatever it is called.
    """
    if isinstance(value, str):
        return _hide_in_text(value)
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        named = is_named_secret((str(mapping.get("name", "")),))
        return {
            key: HIDDEN
            if isinstance(below, str) and (is_named_secret((key,)) or (named and key == "value"))
            else hide_named(below)
            for key, below in mapping.items()
        }
    if isinstance(value, Sequence):
        return [hide_named(below) for below in cast("Sequence[Any]", value)]
    return value


def _hide_in_text(text: str) -> str:
    if text[:1] in ("{", "["):
        try:
            document = json.loads(text)
            hidden = hide_named(document)
        except (ValueError, RecursionError):
            return _IN_URL.sub(_URL_HIDDEN, text)
        return text if hidden == document else json.dumps(hidden, ensure_ascii=False)
    return _IN_URL.sub(_URL_HIDDEN, text)
