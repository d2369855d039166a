"""Which parts of an object that was read are secret."""

from typing import Any

from local.providers.properties import Object, Secret, reveal, secret_texts


def protect(live: Object, declared: Object) -> Object:
    """Return the object with each part secret that is secret in `declared`, or data of a Secret."""
    protected = _secret_like(live, declared)
    if live.get("kind") == "Secret" and live.get("apiVersion") == "v1":
        for key in ("data", "stringData"):
            if key in protected:
                protected[key] = Secret(reveal(protected[key]))
    return protected


def _secret_like(value: Any, pattern: Any) -> Any:
    match value, pattern:
        case _, Secret():
            return Secret(reveal(value))
        case dict(), dict():
            return {key: _secret_like(item, pattern.get(key)) for key, item in value.items()}
        case list(), list() if len(value) == len(pattern):
            return [_secret_like(item, like) for item, like in zip(value, pattern, strict=True)]
        case list(), list() if any(secret_texts(pattern)):
            return Secret(reveal(value))
        case _:
            return value
