import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from components.errors import UserError
from local import download
from local.download import Download


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002
        """Say nothing."""


@pytest.fixture
def published(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Yield a folder and the address that it is served at."""
    folder = tmp_path / "published"
    folder.mkdir()
    server = HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def publish(published, *, content=b"a tool", checksums: str) -> Download:
    folder, url = published
    (folder / "tool").write_bytes(content)
    (folder / "sums").write_text(checksums)
    return Download(url=f"{url}/tool", checksums_url=f"{url}/sums")


CHECKSUM = hashlib.sha256(b"a tool").hexdigest()


@pytest.mark.parametrize("checksums", [CHECKSUM, f"{'0' * 64}  other\n{CHECKSUM}  tool\n", f"{CHECKSUM} *tool\n"])
def test_a_download_with_the_announced_checksum_is_saved(published, tmp_path, checksums):
    download.fetch(publish(published, checksums=checksums), tmp_path / "tool")
    assert (tmp_path / "tool").read_bytes() == b"a tool"


def test_a_download_with_another_checksum_is_refused_and_leaves_nothing(published, tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(UserError, match="damaged or was changed"):
        download.fetch(publish(published, content=b"something else", checksums=CHECKSUM), target / "tool")
    assert list(target.iterdir()) == []


def test_a_pinned_checksum_needs_no_announced_one_and_wins_over_it(published, tmp_path):
    told = publish(published, checksums="0" * 64)
    pinned = Download(url=told.url, sha256=CHECKSUM)
    download.fetch(pinned, tmp_path / "tool")
    assert (tmp_path / "tool").read_bytes() == b"a tool"
    with pytest.raises(UserError, match="damaged or was changed"):
        download.fetch(Download(url=told.url, sha256="0" * 64), tmp_path / "other")


def test_a_download_without_an_announced_checksum_is_refused(published, tmp_path):
    with pytest.raises(UserError, match="has no SHA-256 for tool"):
        download.fetch(publish(published, checksums=f"{CHECKSUM}  other"), tmp_path / "tool")
    assert not (tmp_path / "tool").exists()


def test_a_publisher_that_does_not_have_the_file_counts_as_unreachable(published, tmp_path):
    missing = Download(url=f"{published[1]}/missing", checksums_url=f"{published[1]}/missing.sha256")
    with pytest.raises(download.UnreachableError, match="404"):
        download.fetch(missing, tmp_path / "tool")


def test_a_publisher_that_nothing_answers_for_is_unreachable(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "reachable", lambda host, port: False)
    with pytest.raises(download.UnreachableError, match=r"example\.invalid cannot be reached"):
        download.fetch(
            Download(url="https://example.invalid/a", checksums_url="https://example.invalid/s"), tmp_path / "a"
        )
