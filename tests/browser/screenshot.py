"""Write docs/report.png, the screenshot of the README: `python -m tests.browser.screenshot [FILE]`."""

import sys
import tempfile
from pathlib import Path

from preview import ROOT, environments
from preview.formats import Format, render
from tests.browser import chromium

STACKS = ("prod-aws", "local")
WIDTH, HEIGHT = 1280, 1240


def main() -> None:
    """Preview two environments, open their report and write the upper part of it."""
    if chromium.executable() is None:
        sys.exit(chromium.MISSING)
    file = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "report.png"
    # Before the browser starts, as its driver keeps an event loop running, in which no program can be recorded.
    results = environments.preview(STACKS, strict=False)
    with tempfile.TemporaryDirectory() as folder, chromium.started() as browser:
        report = Path(folder) / "report.html"
        report.write_text(render(Format.HTML, results), encoding="utf-8")
        page = chromium.opened(browser, report, WIDTH)
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.screenshot(path=file)


if __name__ == "__main__":
    main()
