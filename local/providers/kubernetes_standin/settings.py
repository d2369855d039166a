"""The provider's own configuration."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from local.providers.properties import UNKNOWN, Object, reveal

_REFUSED_WHEN_TRUE: Final = ("alwaysRender", "deleteUnreachable", "skipUpdateUnreachable")
_REFUSED_WHEN_SET: Final = ("cluster", "namespace", "renderYamlToDirectory")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a `kubernetes.Provider` is configured with, as far as it matters here."""

    kubeconfig: str | None
    context: str | None
    upsert_existing_objects: bool
    force_conflicts: bool
    mutable_kinds: frozenset[str]

    @classmethod
    def read(cls, config: Object) -> "Settings":
        """Return the settings of checked provider inputs."""
        config = reveal(config)
        mutable = {"ConfigMap": "enableConfigMapMutable", "Secret": "enableSecretMutable"}
        return cls(
            kubeconfig=_text(config.get("kubeconfig")),
            context=_text(config.get("context")),
            upsert_existing_objects=is_true(config.get("upsertExistingObjects")),
            force_conflicts=is_true(config.get("enablePatchForce")),
            mutable_kinds=frozenset(kind for kind, key in mutable.items() if is_true(config.get(key))),
        )


def is_true(value: Any) -> bool:
    """Return whether a setting is true; SDKs send booleans as JSON in a string."""
    return value is True or value == "true"


def refused(config: Object) -> Iterator[tuple[str, str]]:
    """Yield (setting, why) for what only the official provider can do."""
    config = reveal(config)
    only_official = "the stand-in provider can't do that; install the official kubernetes plugin"
    for key in _REFUSED_WHEN_TRUE:
        if is_true(config.get(key)):
            yield key, only_official
    for key in _REFUSED_WHEN_SET:
        if config.get(key):
            yield key, only_official
    if config.get("enableServerSideApply") in (False, "false"):
        yield "enableServerSideApply", "the stand-in provider only does server-side apply; leave it true"


def _text(value: Any) -> str | None:
    """Return the text of a setting; a kubeconfig may also be given as an object."""
    if value is None or value is UNKNOWN or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value)
