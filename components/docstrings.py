"""The docstrings of a class's attributes, which Python itself doesn't keep."""

import ast
import functools
import inspect
import itertools
import textwrap
from collections.abc import Mapping


@functools.cache
def attribute_docstrings(class_: type) -> Mapping[str, str]:
    """Return the docstring of each attribute that the class itself annotates, where there is one.

    Reads the source of the class; a class without one, such as one made at a prompt, has none.
    """
    try:
        source = textwrap.dedent(inspect.getsource(class_))
    except (OSError, TypeError):
        return {}
    found: dict[str, str] = {}
    declaration = ast.parse(source).body[0]
    for statement, after in itertools.pairwise(declaration.body if isinstance(declaration, ast.ClassDef) else ()):
        match statement, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
            case _:
                pass
    return found
