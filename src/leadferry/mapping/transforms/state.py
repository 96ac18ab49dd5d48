"""States and provinces: a code becomes its name (`WA` in the United States is Washington); a name stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from leadferry.mapping.transforms.text import one_line

_CODE = re.compile(r"(?:([A-Za-z]{2})-)?([A-Za-z0-9]{1,3})\.?")
_NORTH_AMERICA = {
    "US": "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|"
    "DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|"
    "KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|"
    "MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|"
    "NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|"
    "SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|"
    "WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico",
    "CA": "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|NS Nova Scotia|"
    "NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|SK Saskatchewan|YT Yukon",
}
_NAMES = {
    (country, entry[:2]): entry[3:] for country, entries in _NORTH_AMERICA.items() for entry in entries.split("|")
}


def state(text: str, country: Callable[[], str]) -> str:
    clean = one_line(text)
    code = _CODE.fullmatch(clean)
    if code is None or not (where := (code[1] or country()).upper()):
        return clean
    return _name(where, code[2].upper()) or clean


@lru_cache(1024)
def _name(country: str, code: str) -> str:
    if name := _NAMES.get((country, code)):
        return name
    import pycountry

    subdivisions: Any = pycountry.subdivisions
    found = subdivisions.get(code=f"{country}-{code}")
    return str(found.name) if found else ""
