"""Days as people name them: a day begins and ends when it does in London, whatever the clocks do."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_in_london(moment: datetime) -> date:
    """The day that people in London call it at this moment."""
    return moment.astimezone(LONDON).date()


def first_moment(day: date) -> datetime:
    """Midnight in London at the day's beginning, in UTC: what opens on a day opens then."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def last_moment(day: date) -> datetime:
    """The day's last second in London, in UTC. Not midnight after: a page would name the next day."""
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC)


def named_day(moment: datetime) -> str:
    """`29 March 2026`, in English, for the record."""
    day = day_in_london(moment)
    return f"{day.day} {day:%B %Y}"
