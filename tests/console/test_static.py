from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

import leadferry.console
from leadferry.console.web_routes import STATIC

ROW = re.compile(r"^\| `([^`]+)` \|.*\(`([^`]+)`\) \| `([0-9a-f]{64})` \|$", re.MULTILINE)
VENDORED = ROW.findall((STATIC / "VENDORED.md").read_text("utf-8"))
ROOMS = Path(leadferry.console.__file__).parents[1]
TEMPLATES = sorted(path for path in ROOMS.glob("*/templates/**/*.html") if "simulators" not in path.parts)


@pytest.mark.parametrize(("name", "licence", "digest"), VENDORED)
def test_a_file_that_is_not_ours_is_the_one_that_was_checked(name: str, licence: str, digest: str) -> None:
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest
    assert (STATIC / licence).stat().st_size > 0


def test_every_script_that_is_not_ours_is_listed() -> None:
    assert {path.name for path in STATIC.glob("*.js")} - {"console.js", "keys.js"} <= {name for name, _, _ in VENDORED}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_script_style_or_handler_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"""(src|href|action)=["']?(https?:)?//""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_a_template_names_exists(path: Path) -> None:
    icons = set(re.findall(r'id="i-([a-z_0-9]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    used = set(re.findall(r'icon\("([a-z_0-9]+)"', path.read_text("utf-8")))
    assert used <= icons


@pytest.mark.parametrize("name", ["console.css", "app.css"])
def test_components_take_their_colours_from_the_tokens(name: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", text.replace("#i-", ""), re.IGNORECASE)
