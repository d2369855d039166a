"""What day it is: the one place that asks, so that a test can answer."""

import datetime


def today() -> datetime.date:
    """Return today's date in UTC, in which every expiry, freeze and end of support is told."""
    return datetime.datetime.now(datetime.UTC).date()
