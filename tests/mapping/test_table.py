from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from leadferry.mapping.table import markdown_table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "default-mappings.md"


def test_the_page_of_default_mappings_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == markdown_table(), (
        "python -m leadferry.mapping.table > docs/reference/default-mappings.md"
    )


def test_an_ordinary_response_loads_no_heavy_library() -> None:
    code = (
        "import sys; sys.path.insert(0, 'bench'); import mapping as m, random;"
        "from leadferry.mapping.compile import compile_mapping;"
        "run = compile_mapping(m.form(), m.default_mappings(), m.lead_table(), m.MappingSettings());"
        "mapped = run(m.response(1, random.Random(1)), m.Context()); assert len(mapped.values) == 10, mapped;"
        "heavy = {'phonenumbers', 'pycountry', 'rapidfuzz', 'nameparser', 'email_validator'};"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PAGE.parents[2])
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr
