"""What day it is, for controls and reports: the components' clock, so that both agree."""

import datetime

from components import clock


def today() -> datetime.date:
    """Return today's date in UTC."""
    return clock.today()
