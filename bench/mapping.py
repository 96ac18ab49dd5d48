"""How many form responses a second one core maps: `python bench/mapping.py [RESPONSES]`. No network, no store."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.forms.model import Answer, FormResponse, FormVersion, Question
from leadferry.mapping.compile import compile_mapping
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.model import Context, MappingSettings

FIRST = ["Ada", "Noor", "Ines", "Tomas", "Yuki", "Pavel", "Lena", "Omar", "Greta", "Rui", "Mina", "Jonas", "Zofia"]
LAST = ["Halvorsen", "Okafor", "Lindqvist", "Moreau", "Tanaka", "Novak", "Petrov", "Almeida", "Brandt", "Rossi"]
COMPANIES = ["Northwind Rail", "Blue Fjord Analytics", "Kestrel Pumps", "Orbital Dairy", "Quarry Labs"]
TITLES = ["Head of Operations", "IT Manager", "Marketing Director", "Procurement Lead", "CTO", "Data Engineer"]
FIELDS = ["FIRST_NAME", "LAST_NAME", "EMAIL", "PHONE_NUMBER", "COMPANY_NAME", "JOB_TITLE", "COUNTRY", "CITY"]
FIELDS += ["INDUSTRY", "COMPANY_SIZE", "", ""]
TEXTS = {
    "subject": 300,
    "firstname": 50,
    "lastname": 50,
    "emailaddress1": 100,
    "emailaddress2": 100,
    "companyname": 100,
}
TEXTS |= {"jobtitle": 100, "mobilephone": 20, "telephone1": 50, "address1_country": 80, "address1_city": 80}
INDUSTRIES = {1: "Accounting", 7: "Consulting", 12: "Durable Manufacturing", 16: "Financial", 33: "Wholesale"}


def lead_table() -> Table:
    columns = [Column(name, ColumnType.TEXT, max_length=longest) for name, longest in TEXTS.items()]
    columns.append(Column("description", ColumnType.MEMO, max_length=2000))
    columns.append(Column("numberofemployees", ColumnType.WHOLE, minimum=0, maximum=1_000_000))
    columns.append(Column("industrycode", ColumnType.CHOICE, options=INDUSTRIES))
    columns.append(Column("leadsourcecode", ColumnType.CHOICE, options={192350000: "LinkedIn Sponsored Content"}))
    return Table("lead", "leads", "leadid", "fullname", {column.name: column for column in columns})


def form() -> FormVersion:
    questions = tuple(Question(1000 + n, field or f"Question {n}", predefined=field) for n, field in enumerate(FIELDS))
    return FormVersion(7234246, 1, "Demo request", "urn:li:sponsoredAccount:512345678", questions=questions)


def response(number: int, dice: random.Random) -> FormResponse:
    first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
    texts = [
        first,
        last,
        f"{first.lower()}.{last.lower()}{number}@example{number % 97}.test",
        f"+1 206 555 {number % 10000:04d}",
        COMPANIES[number % len(COMPANIES)],
        TITLES[number % len(TITLES)],
        "Norway",
        "Bergen",
        "Industrial machinery",
        "51-200",
        f"Next quarter, after the budget round in week {number % 52}",
        "We compare three vendors and need " + "integration with our existing systems, " * dice.randint(1, 6),
    ]
    answers = tuple(Answer(1000 + n, text) for n, text in enumerate(texts))
    return FormResponse(f"r{number}", 1763000000000 + number, "SPONSORED", "", 7234246, 1, answers=answers)


def responses_per_second(count: int, settings: MappingSettings) -> float:
    dice = random.Random(1)  # noqa: S311 - invented people
    responses = [response(number, dice) for number in range(count)]
    mapper = compile_mapping(form(), default_mappings(), lead_table(), settings)
    context = Context(form_name="Demo request", campaign_name="Spring")
    for one in responses[:100]:
        mapper(one, context)
    started = time.perf_counter()
    for one in responses:
        mapper(one, context)
    return count / (time.perf_counter() - started)


def import_ms() -> float:
    """What `leadferry.mapping.compile` costs on top of the interpreter, in a process of its own."""
    code = "import time; t = time.perf_counter(); import leadferry.mapping.compile; print(time.perf_counter() - t)"
    times = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(5)]
    return min(times) * 1000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    plain = max(responses_per_second(count, MappingSettings()) for _ in range(3))
    collected = max(responses_per_second(count, MappingSettings(append_unmapped_to="description")) for _ in range(3))
    print(f"{plain:,.0f} responses/s; with unmapped answers collected {collected:,.0f} responses/s")
    print(f"import leadferry.mapping.compile: {import_ms():.0f} ms, the standard library's part included")


if __name__ == "__main__":
    main()
