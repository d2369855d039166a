"""A Chromium that loads nothing by itself, for the tests of the HTML report and for its screenshot."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 120_000
"""Milliseconds until a step has failed: a machine that runs all tests at once is slow."""
MISSING = "there is no Chromium on PATH; install it: apt-get install chromium"


def executable() -> str | None:
    """Return the path of the first Chromium on PATH; None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextlib.contextmanager
def started() -> Iterator[Browser]:
    """Run the browser."""
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Browser, file: Path, width: int = 1280, scheme: str = "light", *, scripts: bool = True) -> Page:
    """Open a file in a window of its own, past its policy only where a test puts a script of its own into it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto(file.as_uri())
    return page
