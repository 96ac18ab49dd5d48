"""A web address with its scheme."""

from __future__ import annotations

from leadferry.mapping.transforms.text import one_line


def url(text: str) -> str:
    """`www.linkedin.com/in/ada` -> `https://www.linkedin.com/in/ada`; what is no address stays as it is."""
    address = one_line(text)
    if "://" in address or " " in address or "." not in address:
        return address
    return "https://" + address
