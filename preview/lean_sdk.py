"""Import of the clouds' SDKs without what no program of ours names.

The namespace of a generated SDK, `pulumi_azure_native.network` for instance, is a list of `from .module import *`: the
first class that is asked for imports hundreds of modules. Here a namespace imports a module when one of its names is
asked for, and makes of a module what is asked for (`lean_module`). The names are the same, and so are the objects
behind them.

Only the preview does this, where a process ends in seconds. A package that does anything but list its modules is
imported as ever, and so is one whose modules don't tell their names.
"""

import ast
import importlib
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from . import lean_module

SDKS = frozenset({"pulumi_aws", "pulumi_azure_native", "pulumi_gcp", "pulumi_kubernetes"})
_NAMES = re.compile(rb"^__all__ = (\[.*?\])", re.MULTILINE | re.DOTALL)
_HEAD = 4096
"""Bytes in which nearly every module tells its names."""


def install() -> None:
    """Import namespaces of the SDKs leanly from now on in this process."""
    if not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        sdk, _, namespace = fullname.partition(".")
        if sdk not in SDKS or not namespace:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.submodule_search_locations and type(spec.loader) is SourceFileLoader:
            spec.loader = _NamespaceLoader(fullname, spec.loader.path)
        elif spec and type(spec.loader) is SourceFileLoader:
            spec.loader = lean_module.Loader(fullname, spec.loader.path)
        return spec


class _NamespaceLoader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        """Make the module a namespace in place of executing it, where it is one."""
        package = Path(self.path)
        modules = _modules(package)
        public = _public(package.parent, modules) if modules else None
        if not public:
            super().exec_module(module)
            return
        vars(module).update(_modules=modules, _public=public)
        module.__class__ = _Namespace


class _Namespace(ModuleType):
    _modules: Mapping[str, bool]
    """The modules of the namespace; true where their names are the namespace's as well."""
    _public: Mapping[str, str]
    """Module of each public name; where several have it the last one, as when they are imported in turn."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return list(self._public)
        if module := self._public.get(name):
            value = getattr(importlib.import_module(f"{self.__name__}.{module}"), name)
            vars(self)[name] = value
            return value
        if name in self._modules:
            return importlib.import_module(f"{self.__name__}.{name}")
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        # A function and its module often have one name; whoever asks the namespace means the function.
        if not (isinstance(value, ModuleType) and name in self._public):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._public, *self._modules})


def _modules(package: Path) -> Mapping[str, bool] | None:
    """Return the modules of a package, and of which it takes all names over; None where it does anything else."""
    found: dict[str, bool] = {}
    for statement in ast.parse(package.read_bytes()).body:
        match statement:
            case ast.ImportFrom(level=1, module=str(module), names=[ast.alias(name="*")]):
                found[module] = True
            case ast.ImportFrom(level=1, module=None, names=names):
                found |= {each.name: False for each in names}
            case ast.Import() | ast.ImportFrom(level=2 | 3):
                pass  # of what the modules themselves are written with
            case _:
                return None
    return found


def _public(folder: Path, modules: Mapping[str, bool]) -> Mapping[str, str] | None:
    """Return the module of each public name; None where a module doesn't tell its names."""
    found: dict[str, str] = {}
    for module in (name for name, whole in modules.items() if whole):
        names = _names(folder / f"{module}.py")
        if names is None:
            return None
        found |= dict.fromkeys(names, module)
    return found


def _names(file: Path) -> list[str] | None:
    try:
        with file.open("rb") as opened:
            told = _NAMES.search(opened.read(_HEAD)) or _NAMES.search(file.read_bytes())
        return ast.literal_eval(told[1].decode()) if told else None
    except (OSError, ValueError):
        return None
