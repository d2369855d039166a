"""Import of a module of a cloud's SDK without what no program of ours names.

`_inputs.py`, `outputs.py` and `_enums.py` of a namespace hold hundreds of classes, of which a program needs a few. Here
a class is made when it is asked for. A module that takes over all names of these files, as that of every resource does,
takes none, and looks a name up there when it is asked for one. Types in signatures are left as text, which the SDK
evaluates where it needs one, and docstrings are left out.

Such bytecode lies in a file of its own beside Python's, whose name has a digest of this file, so that another version
of it takes none of these over; where there is none, and none can be written, the module is executed as it is. Where a
module's own code names what it takes over, it takes all of it over as ever.
"""

import __future__

import ast
import builtins
import functools
import hashlib
import importlib
import importlib.util
import os
import re
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, cast

_OF_CLASSES = frozenset({"_inputs", "outputs", "_enums"})
_MAKE = "_make_"
_TAKEN_OVER = "_taken_over"
_NAME = re.compile(r"[A-Za-z_]\w*")
_ENDING = f".opt-lazy{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]}.pyc"
"""Python takes letters and digits here."""


class Loader(SourceFileLoader):
    """Loads a module of an SDK that is no package."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the lean code of the module, or its own: to compile it each time would take longer than it saves."""
        lean = Path(_lean(importlib.util.cache_from_source(self.path)))
        folder = lean.parent if lean.parent.exists() else lean.parent.parent
        kept = not sys.dont_write_bytecode and os.access(folder, os.W_OK)
        if (kept or lean.exists()) and _finds_types():
            return super().get_code(fullname)
        return SourceFileLoader(fullname, self.path).get_code(fullname)

    def source_to_code(  # pyright: ignore[reportIncompatibleMethodOverride] - as SourceFileLoader has it, but for nodes
        self, data: bytes, path: str, *, _optimize: int = -1
    ) -> CodeType:
        """Compile what is left of the module, without docstrings and without the evaluation of types."""
        tree = _reduced(ast.parse(data, path), Path(path).stem)
        return compile(tree, path, "exec", __future__.annotations.compiler_flag, dont_inherit=True, optimize=2)

    def get_data(self, path: str) -> bytes:
        """Read a file; the lean bytecode in place of the module's own."""
        return super().get_data(_lean(path))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Write the lean bytecode beside the module's own."""
        super().set_data(_lean(path), data, _mode=_mode)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module; what it leaves out is made when it is asked for."""
        super().exec_module(module)
        module.__class__ = _Module


def _lean(path: str) -> str:
    return f"{path.removesuffix('.pyc')}{_ENDING}" if path.endswith(".pyc") else path


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if make := vars(self).pop(f"{_MAKE}{name}", None):
            make()
            return vars(self)[name]
        for other in vars(self).get(_TAKEN_OVER, ()) if not name.startswith("_") else ():
            module = importlib.import_module(other, self.__package__)
            if name in module.__all__:
                return getattr(module, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


@functools.cache
def _finds_types() -> bool:
    """Let the SDK find the classes that a type in a signature names, although they are not made yet.

    False where an SDK has another way to find them: there modules are executed as they are.
    """
    types: Any = importlib.import_module("pulumi._types")
    original = getattr(types, "_globals_for_cls", None)
    if original is None:
        return False

    def globals_for(class_: type) -> dict[str, Any]:
        found: dict[str, Any] = original(class_) or {}
        for base in class_.__mro__:
            module = sys.modules.get(base.__module__)
            names = _named_in_types(base) if isinstance(module, _Module) else set[str]()
            # What no module has is a name that the SDK itself adds.
            found |= {name: getattr(module, name) for name in names - found.keys() if hasattr(module, name)}
        return found

    types._globals_for_cls = globals_for
    return True


def _named_in_types(class_: type) -> set[str]:
    getters = [each.fget for each in vars(class_).values() if isinstance(each, property) and each.fget]
    types = [
        *vars(class_).get("__annotations__", {}).values(),
        *(each.__annotations__.get("return") for each in getters),
    ]
    return {name for each in types if isinstance(each, str) for name in _NAME.findall(each)}


def _reduced(tree: ast.Module, module: str) -> ast.Module:
    """Return the module with each class in a function that makes it, and with a list of what it takes over."""
    stars = [each for each in tree.body if _takes_over(each)]
    if stars and _used(*tree.body) - _defined(tree):
        stars = []
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef) and module in _OF_CLASSES]
    needed = _used(*(each for each in tree.body if each not in classes))
    needed |= {name for each in classes for name in _used(each) - {each.name}}
    body = [
        _maker(each) if isinstance(each, ast.ClassDef) and each in classes and each.name not in needed else each
        for each in tree.body
        if each not in stars
    ]
    names: list[ast.expr] = [ast.Constant(f".{each.module}") for each in stars if isinstance(each, ast.ImportFrom)]
    body.append(ast.Assign([ast.Name(_TAKEN_OVER, ast.Store())], ast.Tuple(names, ast.Load())))
    return ast.fix_missing_locations(ast.Module(body, tree.type_ignores))


def _takes_over(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(level=1, module=str(module), names=[ast.alias(name="*")]):
            return module in _OF_CLASSES
        case _:
            return False


def _maker(class_: ast.ClassDef) -> ast.stmt:
    function = ast.parse(f"def {_MAKE}{class_.name}():\n    global {class_.name}").body[0]
    cast("ast.FunctionDef", function).body.append(class_)
    return function


def _used(*statements: ast.stmt) -> set[str]:
    """Return the names that statements read, but for those in types."""
    reader = _Reader()
    for each in statements:
        reader.visit(each)
    return reader.names


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.names.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for each in (*node.decorator_list, node.args, *node.body):
            self.visit(each)

    def visit_arg(self, node: ast.arg) -> None:
        """Read no type."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)


def _defined(tree: ast.Module) -> set[str]:
    found = {*dir(builtins), "__name__"}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                found.add(name)
            case ast.arg(arg=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add((other or name).partition(".")[0])
            case _:
                pass
    return found
