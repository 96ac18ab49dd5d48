"""A phone number in E.164 (`+12065550100`), by country."""

from __future__ import annotations

from collections.abc import Callable

from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.text import one_line
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

_SEPARATORS = str.maketrans("", "", " -.()/\u00a0\u2011")
_CODES = (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 "
    "84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 "
    "236 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 "
    "264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 "
    "376 377 378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 "
    "593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 "
    "692 800 808 850 852 853 855 856 870 878 880 881 882 883 886 888 960 961 962 963 964 965 966 967 968 970 971 "
    "972 973 974 975 976 977 979 992 993 994 995 996 998"
)
_CALLING_CODES = frozenset(_CODES.split())
FEWEST_DIGITS = 7
"""What is no phone number but has so many digits is kept as written: a salesperson may still read it."""


def phone(text: str, country: Callable[[], str]) -> str | Unfit:
    """`country` gives an alpha-2 code or "", and is asked only for a number without `+`.

    Fast path, without the number plans: `+`, a calling code that exists, no trunk zero, 8 to 15 digits in all (11 for
    +1). It does not check a country's own lengths; everything else goes through phonenumbers.
    """
    if text[:1] == "+" and "(0" not in text:
        digits = text.translate(_SEPARATORS)[1:]
        if digits.isdecimal() and digits.isascii() and _is_plausible(digits):
            return "+" + digits
    return _careful(one_line(text), country)


def _is_plausible(digits: str) -> bool:
    if digits[0] == "1":
        return len(digits) == 11 and digits[1] > "1"
    if not 8 <= len(digits) <= 15:
        return False
    code = next((digits[:n] for n in (2, 3, 1) if digits[:n] in _CALLING_CODES), "")
    return code != "" and digits[len(code)] != "0"


def _careful(text: str, country: Callable[[], str]) -> str | Unfit:
    import phonenumbers

    region = ""
    written = text.removeprefix("tel:")
    if not written.startswith(("+", "\uff0b")):
        region = country()
        if not region and written.startswith("00"):
            written = "+" + written[2:]
    try:
        number = phonenumbers.parse(written, region or None)
    except phonenumbers.NumberParseException:
        return _unfit(
            text, worded("not a phone number") if region else worded("not a phone number, or its country is not known")
        )
    if not phonenumbers.is_possible_number(number):
        return _unfit(text, worded("not a possible phone number"))
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{found} x{number.extension}" if number.extension else found


def _unfit(text: str, detail: str) -> Unfit:
    enough = sum(letter.isdigit() for letter in text) >= FEWEST_DIGITS
    return Unfit(ProblemKind.NOT_A_PHONE, detail, text if enough else None, worded("kept as written"))
