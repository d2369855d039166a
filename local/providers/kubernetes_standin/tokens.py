"""Pulumi type tokens of the `kubernetes` package, and the API versions and kinds that they mean."""

from dataclasses import dataclass

from .errors import UnsupportedError

_PATCH = "Patch"
_COMPONENT_MODULES = ("helm.sh/", "kustomize", "yaml", "meta/")


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """What a type token stands for; a patch type manages some fields of an object that others own."""

    api_version: str
    kind: str
    is_patch: bool

    @property
    def token(self) -> str:
        """The Pulumi type token, such as `kubernetes:core/v1:ServiceAccountPatch`."""
        module = self.api_version if "/" in self.api_version else f"core/{self.api_version}"
        return f"kubernetes:{module}:{self.kind}{_PATCH if self.is_patch else ''}"


def parse(token: str, declared_kind: object = None) -> ResourceType:
    """Return what a token such as `kubernetes:networking.k8s.io/v1:NetworkPolicy` stands for.

    `declared_kind` is the `kind` in the inputs where known: only it tells a custom kind whose name
    ends in Patch from a patch type. Raises UnsupportedError for Helm, kustomize, YAML and lists.
    """
    _, _, rest = token.partition(":")
    module, _, kind = rest.rpartition(":")
    if not kind or not module or module.startswith(_COMPONENT_MODULES):
        raise UnsupportedError(token)
    if kind.endswith("List") and _is_built_in(module):
        raise UnsupportedError(f"{token}, a list; declare its items")
    is_patch = kind.endswith(_PATCH) and kind != declared_kind
    return ResourceType(
        api_version=module.removeprefix("core/"),
        kind=kind.removesuffix(_PATCH) if is_patch else kind,
        is_patch=is_patch,
    )


def _is_built_in(module: str) -> bool:
    group = module.partition("/")[0]
    return "." not in group or group.endswith(".k8s.io")
