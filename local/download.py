"""Official downloads: streamed into a file, checked against the publisher's SHA-256, whole or not at all."""

import hashlib
import http.client
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from components.errors import UserError

from . import console

_TIMEOUT = 10.0
"""Seconds that a server may stay silent."""
_CONNECT_TIMEOUT = 3.0
_BLOCK = 1 << 20


class UnreachableError(Exception):
    """Nothing can be downloaded from there; another way to the tool may work."""


@dataclass(frozen=True, kw_only=True)
class Download:
    """An official download."""

    url: str
    checksums_url: str = ""
    """A file with one checksum alone, or with lines of checksum and file name as sha256sum writes them."""
    sha256: str = ""
    """The checksum where this repository pins it; then the publisher's is not asked for."""

    @property
    def file_name(self) -> str:
        """Last part of the address."""
        return self.url.rpartition("/")[2]


@cache
def reachable(host: str, port: int) -> bool:
    """Whether a TCP connection to the host can be made within three seconds; asked once in a run.

    With a proxy configured it is taken for reachable, as only the proxy can tell.
    """
    if urllib.request.getproxies():
        return True
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT):
            return True
    except OSError:
        return False


def fetch(download: Download, target: Path) -> None:
    """Save the download as `target`, which appears only when its checksum was right.

    Raises `UnreachableError` where the publisher cannot be reached or does not have it, `UserError` where
    what came is not what the publisher announced or this repository pins.
    """
    expected = download.sha256 or _expected_checksum(download)
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        actual = _stream(download.url, unfinished)
        if actual != expected:
            raise UserError(
                f"the download of {download.url} is damaged or was changed: SHA-256 {actual}, announced {expected}.\n"
                "Nothing was installed. Try again; if it persists, tell your security team."
            )
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _expected_checksum(download: Download) -> str:
    with _open(download.checksums_url) as answer:
        text = answer.read(_BLOCK).decode(errors="replace")
    for line in text.splitlines():
        checksum, _, name = line.strip().partition(" ")
        if len(checksum) == hashlib.sha256().digest_size * 2 and name.strip().lstrip("*") in {
            "",
            download.file_name,
        }:
            return checksum.lower()
    raise UserError(
        f"{download.checksums_url} has no SHA-256 for {download.file_name}, so it is not downloaded.\n"
        "Install the tool yourself and put it on PATH."
    )


def _stream(url: str, target: Path) -> str:
    digest = hashlib.sha256()
    with console.progress(f"downloading {url}") as update, _open(url) as answer, target.open("wb") as file:
        try:
            while block := answer.read(_BLOCK):
                digest.update(block)
                file.write(block)
                update(f"{file.tell() >> 20} MiB")
        except (TimeoutError, ConnectionError, http.client.HTTPException) as problem:
            raise UnreachableError(f"{urlsplit(url).hostname} broke off: {problem}") from problem
    return digest.hexdigest()


def _open(url: str) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if not reachable(host, port):
        raise UnreachableError(f"{host} cannot be reached")
    try:
        return urllib.request.urlopen(url, timeout=_TIMEOUT)  # noqa: S310  # addresses are from recipes.py
    except urllib.error.HTTPError as problem:
        raise UnreachableError(f"{host} answered {problem.code} for {url}") from problem
    except (OSError, http.client.HTTPException) as problem:
        raise UnreachableError(f"{host} cannot be reached: {problem}") from problem
