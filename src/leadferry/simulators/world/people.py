"""People who do not exist: names in many scripts, companies, addresses under .example, numbers kept for fiction.

A person is a function of the seed and a number, so that a run can be repeated and any two agree about who is who.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

FIRST = (
    "Ada", "Amara", "Anna", "Beatriz", "Bruno", "Carla", "Chloé", "Daniel", "Diego", "Elif", "Emma", "Erik", "Fatima",
    "Felix", "Grace", "Hanna", "Hugo", "Ines", "Ivan", "Jana", "João", "Kofi", "Lars", "Léa", "Luca", "Maja", "Marco",
    "Mia", "Nadia", "Noah", "Olga", "Oscar", "Paula", "Pierre", "Rosa", "Sana", "Sven", "Tomás", "Vera", "Zoë",
)  # fmt: skip
LAST = (
    "Abbot", "Almeida", "Andersson", "Baker", "Bauer", "Bianchi", "Costa", "Crane", "Dubois", "Eriksen", "Fischer",
    "García", "Haas", "Ivanov", "Jansen", "Kaya", "Keller", "Kowalski", "Larsen", "Lopez", "Martin", "Mensah", "Moreau",
    "Müller", "Nguyen", "Novak", "O'Brien", "Okafor", "Petrov", "Quinn", "Rossi", "Sato", "Schmidt", "Silva", "Smith",
    "Stone", "van den Berg", "Weber", "Yilmaz", "Zhang",
)  # fmt: skip
OTHER_SCRIPTS = (
    ("さくら", "山田", "sakura.yamada", "山田重機株式会社", "Japan"),
    ("محمد", "الحسن", "mohammed.alhassan", "شركة الرافعات المتحدة", "United Arab Emirates"),
    ("Ольга", "Кузнецова", "olga.kuznetsova", "ООО «Башенный кран»", "Kazakhstan"),
    ("Ελένη", "Παπαδοπούλου", "eleni.papadopoulou", "Γερανοί Αιγαίου Α.Ε.", "Greece"),
    ("伟", "王", "wei.wang", "北京起重机械有限公司", "China"),
    ("민준", "김", "minjun.kim", "서울크레인 주식회사", "South Korea"),
    ("נועה", "כהן", "noa.cohen", "מנופי הגליל בע״מ", "Israel"),
    ("आरव", "शर्मा", "aarav.sharma", "भारत क्रेन प्राइवेट लिमिटेड", "India"),
    ("สมชาย", "ใจดี", "somchai.jaidee", "บริษัท เครนไทย จำกัด", "Thailand"),
    ("Անի", "Պետրոսյան", "ani.petrosyan", "Արարատ Կռունկ ՍՊԸ", "Armenia"),
    ("Þórdís", "Ægisdóttir", "thordis.aegisdottir", "Kranaþjónusta Ísafjarðar ehf.", "Iceland"),
    ("Thị Hương", "Nguyễn", "huong.nguyen", "Công ty Cần Trục Sài Gòn", "Vietnam"),
)
"""First name, last name, local part of the address, company, country."""

TITLES = (
    "Site Manager", "Head of Procurement", "Chief Engineer", "Operations Lead", "Project Manager", "Fleet Manager",
    "Managing Director", "Safety Officer", "Structural Engineer", "Buyer",
)  # fmt: skip
INDUSTRIES = (
    "Construction",
    "Machinery",
    "Insurance",
    "Wholesale",
    "Financial Services",
    "Transportation",
    "Utilities",
)
COMPANY_SIZES = ("11-50", "51-200", "201-500", "501-1000", "1001-5000", "10,001+")
COUNTRIES = ("Germany", "France", "United Kingdom", "United States", "Spain", "Italy", "Sweden", "Poland", "Brazil")
CITIES = {
    "Germany": "Bremen", "France": "Lyon", "United Kingdom": "Leeds", "United States": "Portland", "Spain": "Bilbao",
    "Italy": "Genova", "Sweden": "Malmö", "Poland": "Gdańsk", "Brazil": "Recife",
}  # fmt: skip
_TRADES = ("Lift", "Tower", "Steel", "Bridge", "Harbour", "Beam", "Hoist", "Girder", "Dock", "Scaffold")
_KINDS = ("Works", "Partners", "Group", "Builders", "Engineering", "& Sons", "Logistics", "Systems")


@dataclass(frozen=True, slots=True)
class Person:
    """`phone` in E.164, as Dynamics holds it; `phone_typed` as a member's profile shows it."""

    number: int
    first: str
    last: str
    email: str
    phone: str
    phone_typed: str
    company: str
    title: str
    city: str
    country: str
    industry: str
    company_size: str


def person(seed: int, number: int, *, other_script: int | None = None) -> Person:
    """`other_script`: which of OTHER_SCRIPTS (any number; counted round). No two numbers share address or phone."""
    chance = random.Random(f"{seed}:person:{number}")
    if other_script is None:
        first, last, country = chance.choice(FIRST), chance.choice(LAST), chance.choice(COUNTRIES)
        local = _ascii(f"{first}.{last}")
        company = f"{chance.choice(LAST)} {chance.choice(_TRADES)} {chance.choice(_KINDS)}"
    else:
        first, last, local, company, country = OTHER_SCRIPTS[other_script % len(OTHER_SCRIPTS)]
    phone, typed = _phone(number)
    return Person(
        number,
        first,
        last,
        f"{local}.{number}@{chance.choice(_TRADES).lower()}works.example",
        phone,
        typed,
        company,
        chance.choice(TITLES),
        CITIES.get(country, ""),
        country,
        chance.choice(INDUSTRIES),
        chance.choice(COMPANY_SIZES),
    )


def _phone(number: int) -> tuple[str, str]:
    """From ranges kept for fiction: +33 6 39 98 xx xx, and +1 xxx 555 01xx as long as they last."""
    if number % 4 == 0 and number < 10_000:
        digits = f"{number:04d}"
        return f"+3363998{digits}", f"+33 6 39 98 {digits[:2]} {digits[2:]}"
    area, exchange = 200 + number // 100 % 800, 555 + number // 80_000
    line = f"01{number % 100:02d}"
    return f"+1{area}{exchange}{line}", f"+1 {area}-{exchange}-{line}"


_PLAIN = str.maketrans("áãéëíóõöüçëšžý' ", "aaeeiooouceszy__")


def _ascii(text: str) -> str:
    return text.lower().translate(_PLAIN).replace("_", "").encode("ascii", "ignore").decode()
