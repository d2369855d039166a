"""Services of the platform: what every tenant's workloads rely on, each switched on by its name."""

from .charts import Chart
from .component import Platform
from .model import PlatformArgs

__all__ = ["Chart", "Platform", "PlatformArgs"]
