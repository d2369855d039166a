"""The report that a person opens in a browser and sends round: one file that loads nothing.

Its content security policy names the only style sheet and the only script by their digests, so that nothing else
runs, whatever a resource is called. Everything from outside is escaped by the template engine.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import jinja2
from markupsafe import Markup

from policies import clock
from preview.formats import Layout
from preview.plain_text import printable_lines
from preview.result import StackResult

from . import benchmarks, changes, controls, environments, network, rights, risks

_TEMPLATES = Path(__file__).parent / "templates"


def render(results: Sequence[StackResult], _layout: Layout | None = None) -> str:
    """Return the page; of property values only those that change are part of it, with secrets masked."""
    today = clock.today()
    verdicts = controls.by_control(results)
    style, script = (_asset(name) for name in ("report.css", "report.js"))
    previewed = [(number, each) for number, each in enumerate(results, 1) if each.error is None]
    page = (
        _environment()
        .get_template("page.html")
        .render(
            style=style,
            script=script,
            digests={"style": _digest(style), "script": _digest(script)},
            today=today,
            summary=environments.summary(results),
            changes=changes.of(results),
            dates=risks.dates(results, today),
            controls=controls.entries(verdicts),
            benchmarks=benchmarks.of(verdicts),
            networks=[
                (each.name, f"network-{number}", network.of(each.reachability, each.resources, f"network-{number}"))
                for number, each in previewed
                if each.reachability is not None
            ],
            permissions=[
                (each.name, f"rights-{number}", rights.of(each.permissions, f"rights-{number}"))
                for number, each in previewed
                if each.permissions is not None
            ],
            upgrades=[(each.name, plan, risks.support(plan, today)) for _, each in previewed for plan in each.upgrades],
            risks=risks.of(results, today),
        )
    )
    return f"{page}\n"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_function"] = _dumped
    return environment


def _visible(value: Any) -> Any:
    """Return a value in which no text of others turns the direction of writing, or hides in another way."""
    return printable_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _dumped(value: Any, **how: Any) -> str:
    """Return the data of a table, or of a question, as JSON."""

    def visible(below: Any) -> Any:
        if isinstance(below, Mapping):
            return {key: visible(each) for key, each in cast("Mapping[str, Any]", below).items()}
        if isinstance(below, list | tuple):
            return [visible(each) for each in cast("Sequence[Any]", below)]
        return _visible(below)

    return json.dumps(visible(value), **how)


def _asset(name: str) -> Markup:
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of this package


def _digest(asset: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(asset.encode()).digest()).decode()}"
