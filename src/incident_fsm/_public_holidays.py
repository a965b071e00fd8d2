"""The one door to `holidays`: the public holidays of a country or a part of it, as dates for a policy's calendar.

A policy holds dates, so the core needs no library and a journal's policy means the same for ever. They are looked up
when a policy file is loaded. Needs the extra `holidays`.
"""

from datetime import date

FIRST_YEAR, LAST_YEAR = 2015, 2045
"""The years whose holidays a policy file gets: long enough for old incidents and for a policy that nobody touches."""


def public_holidays(place: str) -> tuple[date, ...]:
    """The public holidays of a place such as "GB-ENG" or "FR" (ISO 3166, country and perhaps subdivision), in order.

    Raises `LookupError` for a place that the library does not know, and `ModuleNotFoundError` without the library.
    """
    import holidays  # noqa: PLC0415  costs more than the rest of a policy file, which rarely needs it

    country, _, subdivision = place.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=subdivision or None, years=range(FIRST_YEAR, LAST_YEAR + 1), expand=False
        )
    except NotImplementedError as error:
        raise LookupError(str(error)) from None
    return tuple(sorted(found))
