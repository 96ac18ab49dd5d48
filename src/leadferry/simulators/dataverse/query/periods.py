"""Times relative to now, as the operators of FetchXML and of `Microsoft.Dynamics.CRM.*` mean them. All in UTC.

Names are FetchXML's; weeks begin on Sunday. Source: dataverse-api reference, section 3.2.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime, timedelta

Period = tuple[datetime | None, datetime | None]
"""From (included) and until (excluded); None is open."""

_STEPS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


def period(operator: str, now: datetime, count: int = 0) -> Period | None:
    """None when the operator is no period. `count` is the x of `last-x-days`."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match operator.split("-"):
        case ["today"]:
            return today, shifted(today, "days", 1)
        case ["yesterday"]:
            return shifted(today, "days", -1), today
        case ["tomorrow"]:
            return shifted(today, "days", 1), shifted(today, "days", 2)
        case ["last", "seven", "days"]:
            return shifted(today, "days", -7), now
        case ["next", "seven", "days"]:
            return now, shifted(today, "days", 8)
        case ["last", "x", unit]:
            return shifted(_floor(now, unit), unit, -count), now
        case ["next", "x", unit]:
            return now, shifted(_floor(now, unit), unit, count + (unit in {"days", "hours"}))
        case ["olderthan", "x", unit]:
            return None, shifted(now, unit, -count)
        case [("last" | "this" | "next") as which, ("week" | "month" | "year") as unit]:
            start = shifted(_start(today, unit), f"{unit}s", {"last": -1, "this": 0, "next": 1}[which])
            return start, shifted(start, f"{unit}s", 1)
    return None


def shifted(moment: datetime, unit: str, count: int) -> datetime:
    """`unit` in plural; months and years keep the day where the month has it. OverflowError beyond the calendar."""
    if unit in _STEPS:
        return moment + _STEPS[unit] * count
    if unit == "weeks":
        return moment + timedelta(weeks=count)
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("date value out of range")
    for day in range(moment.day, moment.day - 4, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"no day {moment.day} in month {month + 1}")


def _floor(moment: datetime, unit: str) -> datetime:
    if unit == "hours":
        return moment.replace(minute=0, second=0, microsecond=0)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _start(today: datetime, unit: str) -> datetime:
    if unit == "week":
        return today - timedelta(days=(today.weekday() + 1) % 7)
    return today.replace(day=1, month=1) if unit == "year" else today.replace(day=1)
