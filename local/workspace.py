"""Where a clone keeps the state of its local environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from components.errors import UserError

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A program and the private folder that holds everything made for it on this machine.

    Nothing in `state` is shared with another clone, and all of it can be deleted after `make down`.
    """

    root: Path
    """Folder of `Pulumi.yaml`."""
    state: Path
    """Private folder, mode 0700; gitignored when it lies in `root`."""

    @classmethod
    def of_this_clone(cls) -> "Workspace":
        """Return the repository with `.local`, or with `$SECURE_CLUSTERS_STATE` in its place."""
        state = os.environ.get("SECURE_CLUSTERS_STATE")
        return cls(root=REPOSITORY, state=Path(state).absolute() if state else REPOSITORY / ".local")

    def folder(self, name: str) -> Path:
        """Return the sub-folder `name` of the state, made with mode 0700 where it is missing.

        Raises `UserError` where the state cannot be written.
        """
        path = self.state / name
        try:
            for folder in (self.state, path):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
        except OSError as problem:
            raise UserError(
                f"cannot write the local state to {self.state}: {problem.strerror}.\n"
                "Make the folder writable, or set SECURE_CLUSTERS_STATE to one that is."
            ) from problem
        return path

    @property
    def kubeconfig(self) -> Path:
        """The admin's kubeconfig of the local control plane, mode 0600."""
        return self.state / "kubeconfig"

    @property
    def logs(self) -> Path:
        """Folder of the control plane's logs."""
        return self.state / "logs"


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read (0600), whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    unfinished.replace(path)
