"""The plugins of a killed engine: they wait for it for ever, as the engine alone tells them to end.

Found on Linux only; elsewhere they stay, idle, until the user ends them or logs out.
"""

from pathlib import Path

from .processes import Process, command, identity

_PROC = Path("/proc")
_PLUGINS = ("pulumi-language-", "pulumi-resource-", "/policies/__main__.py")


def of_backend(url: str) -> list[Process]:
    """Return the plugins that were started by an engine with the backend `url` and have lost it."""
    setting = f"PULUMI_BACKEND_URL={url}".encode()
    found: list[Process] = []
    for folder in _PROC.glob("[0-9]*"):
        pid = int(folder.name)
        try:
            ours = setting in (folder / "environ").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            # Another user's process, or one that has just ended.
            continue
        if ours and _is_plugin(pid) and not _belongs_to_a_living_engine(parent):
            found.append(Process(pid=pid, identity=identity(pid) or "ended"))
    return found


def _is_plugin(pid: int) -> bool:
    return any(name in command(pid) for name in _PLUGINS)


def _belongs_to_a_living_engine(parent: int) -> bool:
    """Whether the parent is an engine, or a plugin, which is judged by its own parent."""
    return Path(command(parent).partition(" ")[0]).name == "pulumi" or _is_plugin(parent)
