"""What is known about the started control plane: `control-plane.json`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from . import versions
from .processes import Process
from .workspace import Workspace, write_private

_FILE = "control-plane.json"


@dataclass(frozen=True, kw_only=True)
class Started:
    """A part that was started."""

    process: Process
    recipe: str
    """Checksum of its command line and certificates; another one means that it must be started again."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """The started parts by name, and the ports, which are kept for the next start."""

    services: Mapping[str, Started] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, workspace: Workspace) -> "Record":
        """Return what is known; nothing where the file is missing or is not one of ours."""
        try:
            content = json.loads((workspace.state / _FILE).read_text())
            services = {
                name: Started(process=Process(**started["process"]), recipe=started["recipe"])
                for name, started in content["services"].items()
            }
            return cls(services=services, ports={name: int(port) for name, port in content["ports"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    @staticmethod
    def delete(workspace: Workspace) -> None:
        """Forget everything."""
        (workspace.state / _FILE).unlink(missing_ok=True)

    def with_service(self, name: str, started: Started, ports: Mapping[str, int]) -> "Record":
        """Return the record with one more part."""
        return replace(self, services={**self.services, name: started}, ports=dict(ports))

    def without_services(self) -> "Record":
        """Return the record after everything has been stopped; the ports are kept."""
        return replace(self, services={})

    def write(self, workspace: Workspace) -> None:
        """Write the record, mode 0600."""
        content = asdict(self) | {"versions": {"kubernetes": versions.KUBERNETES, "etcd": versions.ETCD}}
        write_private(workspace.state / _FILE, json.dumps(content, indent=2).encode())
