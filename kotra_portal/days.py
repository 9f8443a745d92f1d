"""Korean days (§D23): a bound of a day counts from midnight in Seoul, whatever the server's clock says."""

from datetime import datetime

from django.utils import timezone


def start_of_day(now: datetime) -> datetime:
    """§D23: the midnight (KST) with which the day of this moment began."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
