"""Settings of this installation, from environment variables and `leadferry.toml` in the data folder; variables win.

What belongs to one environment is not here: see delivery.configuration.
`docs/reference/settings.md` is written from the fields below (`settings_markdown`).
"""

# ruff: noqa: RUF009 (option() returns dataclasses.field)

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadferry.errors import InputError
from leadferry.options import Kind, Option, allowed, as_text, did_you_mean, option, options_of, parse, table_row

FILE_NAME = "leadferry.toml"
PREFIX = "LEADFERRY_"


def default_data_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    home = Path(environ.get("HOME") or Path.home())
    if platform == "darwin":
        return home / "Library" / "Application Support" / "leadferry"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "leadferry"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "leadferry"


@dataclass(frozen=True, slots=True)
class Settings:
    data_folder: Path = option(
        Path(),
        Kind.PATH,
        "Where the database, the master key and `leadferry.toml` lie.",
        variable="LEADFERRY_DATA",
        shown_default="`~/.local/share/leadferry`, or the platform's own place",
    )
    database_url: str = option(
        "",
        Kind.TEXT,
        "The database.",
        secret=True,
        pattern=r"(sqlite:///|postgres(ql)?://).+",
        pattern_words="`sqlite:///path` or `postgresql://user:password@host/name`",
        shown_default="a SQLite file in the data folder",
    )
    master_key: str = option(
        "",
        Kind.TEXT,
        "The key that seals secrets in the database: 32 bytes in base64. To rotate: new one first, then the old ones, "
        "separated by spaces. Instead of a key file.",
        variable="LEADFERRY_KEY",
        secret=True,
        shown_default="the key file's",
    )
    master_key_file: Path = option(
        Path(),
        Kind.PATH,
        "File with the master key, one a line, newest first; made at first use.",
        variable="LEADFERRY_KEY_FILE",
        shown_default="`master.key` in the data folder",
    )
    master_key_command: str = option(
        "",
        Kind.TEXT,
        "A program that prints the master key, as in the file: a key manager's. Run once at start, without a shell, "
        "for at most 30 s. Instead of a key file.",
        variable="LEADFERRY_KEY_COMMAND",
        shown_default="none",
    )
    linkedin_client_id: str = option("", Kind.TEXT, "Client id of your LinkedIn app.")
    linkedin_client_secret: str = option("", Kind.TEXT, "Client secret of your LinkedIn app.", secret=True)
    linkedin_version: str = option(
        "202609",
        Kind.TEXT,
        "Version of LinkedIn's API; each lives about a year.",
        pattern=r"20[0-9]{2}(0[1-9]|1[0-2])(\.[0-9]{2})?",
        pattern_words="`YYYYMM`",
    )
    linkedin_api_url: str = option("https://api.linkedin.com", Kind.ADDRESS, "LinkedIn's API.")
    linkedin_oauth_url: str = option("https://www.linkedin.com", Kind.ADDRESS, "LinkedIn's sign-in.")
    linkedin_redirect_url: str = option(
        "",
        Kind.ADDRESS,
        "Where LinkedIn sends a member back to after `leadferry profile authorize`; must be registered with your app. "
        "The console's own is its address and `/linkedin/back`.",
    )
    linkedin_scopes: tuple[str, ...] = option(
        ("r_marketing_leadgen_automation", "r_ads", "r_organization_admin"),
        Kind.WORDS,
        "Permissions asked of a member. One that your app does not hold breaks the whole consent.",
    )
    linkedin_pkce: bool = option(
        False,
        Kind.YES_NO,
        "Whether a consent asked for at the console carries a PKCE code challenge. LinkedIn documents it for native "
        "apps only.",
    )
    log_level: str = option(
        "",
        Kind.CHOICE,
        "What is logged; `debug` tells each submission.",
        choices=("debug", "info", "warning", "error"),
        shown_default="`info` for `web` and `sync`, `warning` for all other commands",
    )
    log_format: str = option(
        "auto",
        Kind.CHOICE,
        "How: `auto` is JSON unless a person reads along at a terminal.",
        choices=("auto", "json", "text"),
    )
    log_file: Path | None = option(
        None, Kind.PATH, "A file that logs are added to, instead of standard error.", shown_default="none"
    )
    host: str = option("127.0.0.1", Kind.TEXT, "The address that the console listens on.")
    port: int = option(8080, Kind.WHOLE, "The port of the console.", minimum=0, maximum=65535)
    public_url: str = option(
        "",
        Kind.ADDRESS,
        "The console's address as browsers know it, where that differs from what it listens on: behind a proxy. The "
        "redirect addresses of LinkedIn and Entra begin with it.",
        shown_default="`http://` and what it listens on",
    )
    trusted_proxies: tuple[str, ...] = option(
        (), Kind.WORDS, "Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."
    )
    monitoring_port: int = option(
        0,
        Kind.WHOLE,
        "A port of its own for `/healthz`, `/readyz` and `/metrics`, which answer without sign-in.",
        minimum=0,
        maximum=65535,
        shown_default="none",
    )
    monitoring_on_console: bool = option(
        False, Kind.YES_NO, "Whether `/healthz`, `/readyz` and `/metrics` answer on the console's port too."
    )
    session_hours: int = option(
        12,
        Kind.WHOLE,
        "How long a sign-in at the console lasts; without a request it ends after 1 hour.",
        minimum=1,
        maximum=168,
    )
    entra_authority: str = option(
        "https://login.microsoftonline.com", Kind.ADDRESS, "Where people sign in: Microsoft Entra ID."
    )
    entra_tenant_id: str = option(
        "", Kind.TEXT, "Tenant whose people sign in at the console.", shown_default="the first environment's"
    )
    entra_client_id: str = option(
        "", Kind.TEXT, "Client id of the app registration for sign-in.", shown_default="the first environment's"
    )
    entra_client_secret: str = option(
        "", Kind.TEXT, "Its client secret.", secret=True, shown_default="the first environment's"
    )
    entra_client_secret_expires: str = option(
        "",
        Kind.DAY,
        "The last day of that client secret, as Entra shows it: Guardian counts it down, and tells.",
        shown_default="not known",
    )
    ca_file: Path | None = option(
        None,
        Kind.PATH,
        "Certificates to trust, in PEM, beside the system's.",
        shown_default="none",
    )
    timeout_s: float = option(
        120.0, Kind.SECONDS, "How long a call to LinkedIn or Dynamics may take.", minimum=1, maximum=3600
    )
    page_size: int = option(500, Kind.WHOLE, "Form responses a page.", minimum=1, maximum=1000)
    poll_interval_s: float = option(
        60.0, Kind.SECONDS, "From one look for new form responses to the next.", minimum=1, maximum=86400
    )
    poll_overlap_s: int = option(
        600, Kind.WHOLE, "How far each look reaches back before the last one.", minimum=0, maximum=86400
    )
    backfill_days: int = option(
        365, Kind.WHOLE, "How far the first look reaches back; LinkedIn keeps 90 days.", minimum=0, maximum=3650
    )
    discovery_interval_s: float = option(
        3600.0, Kind.SECONDS, "From one look for accounts, forms and campaigns to the next.", minimum=1, maximum=604800
    )
    dynamics_requests_a_day: int = option(
        500_000,
        Kind.WHOLE,
        "How many Power Platform requests the tenant's application users may make in a day: at three quarters Guardian "
        "warns. The Power Platform admin centre shows it.",
        minimum=1,
        maximum=1_000_000_000,
    )
    guardian_interval_s: float = option(
        60.0,
        Kind.SECONDS,
        "From one look for what is due to the next: tokens to renew, checks, the nightly reconciliation.",
        minimum=1,
        maximum=3600,
    )
    webhook_http: bool = option(False, Kind.YES_NO, "Whether webhooks may be sent over plain http, for development.")
    webhook_networks: tuple[str, ...] = option(
        (),
        Kind.WORDS,
        "Networks of private addresses that webhooks may reach, like `10.20.0.0/16`. All others are refused: see "
        "[security](../security.md).",
    )
    webhook_log_days: int = option(
        30,
        Kind.WHOLE,
        "How long deliveries to webhooks are kept, with what was sent and answered; what could not be delivered by "
        "then is forgotten too.",
        minimum=4,
        maximum=3650,
    )
    warnings: tuple[str, ...] = ()
    """What was set and is not known, in sentences."""


SETTINGS: dict[str, tuple[Option, Any]] = options_of(Settings)
"""Name -> (what is documented about it, default)."""


def variable(name: str) -> str:
    """The environment variable of the setting: `LEADFERRY_PAGE_SIZE`."""
    return SETTINGS[name][0].variable or PREFIX + name.upper()


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    environ = os.environ if environ is None else environ
    values = _from_environment(environ)
    folder: Path = values.get("data_folder") or default_data_folder(environ)
    in_file, warnings = _from_file(folder / FILE_NAME)
    values = {**in_file, **values, "data_folder": folder}
    if not values.get("database_url"):
        values["database_url"] = f"sqlite:///{folder / 'leadferry.db'}"
    if not values.get("master_key_file"):
        values["master_key_file"] = folder / "master.key"
    return Settings(**values, warnings=(*_unknown_variables(environ), *warnings))


def settings_markdown() -> str:
    """docs/reference/settings.md"""
    lines = [
        "# Settings",
        "",
        f"An environment variable, or a line `name = value` in `{FILE_NAME}` in the data folder; the variable wins. An",
        "empty variable counts as not set. What one environment is told to do is in [configuration](configuration.md).",
        "Written from `settings.py`; do not edit.",
        "",
        f"| variable | in `{FILE_NAME}` | default | allowed | meaning |",
        "|---|---|---|---|---|",
    ]
    for name, (known, default) in SETTINGS.items():
        in_file = "" if name == "data_folder" else f"`{name}`"
        lines.append(
            table_row((f"`{variable(name)}`", in_file, _shown_default(known, default), allowed(known), known.meaning))
        )
    return "\n".join(lines) + "\n"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """An empty variable counts as not set, as container tools leave them."""
    return {
        name: parse(known, environ[variable(name)], variable(name))
        for name, (known, _) in SETTINGS.items()
        if environ.get(variable(name), "").strip()
    }


def _from_file(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        lines = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"The settings file {path} cannot be read: {error}.", fix="Correct it, or remove it.", code="bad-settings"
        ) from None
    values, warnings = {}, []
    for name, value in lines.items():
        if name not in SETTINGS or name == "data_folder":
            warnings.append(_not_known(f"{path} sets {name}", name, SETTINGS))
        else:
            values[name] = parse(SETTINGS[name][0], _file_text(value), f"{name} in {path}")
    return values, warnings


def _file_text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else as_text(value)


def _unknown_variables(environ: Mapping[str, str]) -> list[str]:
    known = [variable(name) for name in SETTINGS]
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    return [_not_known(f"The variable {name} is set", name, known) for name in unknown]


def _not_known(what: str, name: str, known: Any) -> str:
    return f"{what}, which is no setting of Leadferry. {did_you_mean(name, known)}".strip()


def _shown_default(known: Option, default: Any) -> str:
    if known.shown_default:
        return known.shown_default
    return f"`{as_text(default)}`" if as_text(default) else "(empty)"
