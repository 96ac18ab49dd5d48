from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from leadferry.errors import InputError
from leadferry.settings import SETTINGS, Settings, default_data_folder, load_settings, settings_markdown

ROOT = Path(__file__).parents[2]


def test_without_any_setting_everything_lies_in_the_users_data_folder() -> None:
    settings = load_settings({"HOME": "/home/ann"})
    assert settings.data_folder == Path("/home/ann/.local/share/leadferry")
    assert settings.database_url == "sqlite:////home/ann/.local/share/leadferry/leadferry.db"
    assert settings.master_key_file == Path("/home/ann/.local/share/leadferry/master.key")
    assert (settings.linkedin_version, settings.page_size, settings.poll_overlap_s) == ("202609", 500, 600)
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x/leadferry"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/leadferry"),
        ("win32", {"HOME": "/h", "LOCALAPPDATA": "/l"}, "/l/leadferry"),
    ],
)
def test_each_platform_has_its_own_data_folder(platform: str, environ: dict[str, str], folder: str) -> None:
    assert default_data_folder(environ, platform) == Path(folder)


def test_variables_are_read_and_an_empty_one_counts_as_not_set(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "LEADFERRY_DATA": str(tmp_path),
            "LEADFERRY_DATABASE_URL": "postgresql://u:p@h/d",
            "LEADFERRY_PAGE_SIZE": "100",
            "LEADFERRY_LINKEDIN_SCOPES": "r_ads,r_marketing_leadgen_automation",
            "LEADFERRY_LINKEDIN_API_URL": "http://127.0.0.1:8801/",
            "LEADFERRY_CA_FILE": "",
        }
    )
    assert settings.database_url == "postgresql://u:p@h/d"
    assert settings.page_size == 100
    assert settings.linkedin_scopes == ("r_ads", "r_marketing_leadgen_automation")
    assert settings.linkedin_api_url == "http://127.0.0.1:8801"
    assert settings.ca_file is None


def test_the_file_in_the_data_folder_is_read_and_variables_win(tmp_path: Path) -> None:
    (tmp_path / "leadferry.toml").write_text(
        'page_size = 50\nbackfill_days = 8\nlinkedin_scopes = ["r_ads", "r_events"]\n'
    )
    settings = load_settings({"LEADFERRY_DATA": str(tmp_path), "LEADFERRY_BACKFILL_DAYS": "2"})
    assert (settings.page_size, settings.backfill_days) == (50, 2)
    assert settings.linkedin_scopes == ("r_ads", "r_events")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "LEADFERRY_PAGE_SIZE",
            "lots",
            'LEADFERRY_PAGE_SIZE is "lots", which is not allowed: it must be a whole number. Allowed: 1 to 1000.',
        ),
        (
            "LEADFERRY_LINKEDIN_VERSION",
            "v2",
            'LEADFERRY_LINKEDIN_VERSION is "v2", which is not allowed: it must be text. Allowed: YYYYMM.',
        ),
        (
            "LEADFERRY_LINKEDIN_API_URL",
            "api.linkedin.com",
            (
                'LEADFERRY_LINKEDIN_API_URL is "api.linkedin.com", which is not allowed: it must be a web address. '
                "Allowed: an address beginning with https:// or http://."
            ),
        ),
    ],
)
def test_a_bad_value_is_refused_with_the_variable_and_what_is_allowed(name: str, value: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        load_settings({"HOME": "/nowhere", name: value})
    assert str(refusal.value) == message


def test_a_secret_is_never_shown() -> None:
    with pytest.raises(InputError) as refusal:
        load_settings({"HOME": "/nowhere", "LEADFERRY_DATABASE_URL": "mysql://ann:hush@host/name"})
    assert "LEADFERRY_DATABASE_URL" in str(refusal.value)
    assert "hush" not in str(refusal.value)
    settings = load_settings({"HOME": "/nowhere", "LEADFERRY_LINKEDIN_CLIENT_SECRET": "hush", "LEADFERRY_KEY": "hush"})
    assert "hush" not in repr(settings)


def test_unknown_variables_and_lines_are_told(tmp_path: Path) -> None:
    (tmp_path / "leadferry.toml").write_text("page_sise = 8\n")
    settings = load_settings({"LEADFERRY_DATA": str(tmp_path), "LEADFERRY_PAGESIZE": "5", "OTHER": "x"})
    assert settings.warnings == (
        "The variable LEADFERRY_PAGESIZE is set, which is no setting of Leadferry. Did you mean LEADFERRY_PAGE_SIZE?",
        f"{tmp_path}/leadferry.toml sets page_sise, which is no setting of Leadferry. Did you mean page_size?",
    )


def test_a_broken_settings_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "leadferry.toml").write_text("page_size = = 5")
    with pytest.raises(InputError, match=r"The settings file .*leadferry\.toml cannot be read: .*line 1"):
        load_settings({"LEADFERRY_DATA": str(tmp_path)})


def test_a_bad_value_in_the_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "leadferry.toml").write_text("page_size = 5000")
    with pytest.raises(InputError, match=r'page_size in .*leadferry\.toml is "5000", which is not allowed'):
        load_settings({"LEADFERRY_DATA": str(tmp_path)})


def test_every_setting_is_documented_and_the_page_is_up_to_date() -> None:
    assert set(SETTINGS) == set(Settings.__dataclass_fields__) - {"warnings"}
    assert (ROOT / "docs/reference/settings.md").read_text() == settings_markdown()


def test_settings_load_without_the_heavy_libraries() -> None:
    heavy = "('sqlalchemy', 'cryptography', 'httpx2')"
    code = f"import sys, leadferry.settings; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
