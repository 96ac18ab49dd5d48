"""`leadferry doctor`: everything that can be looked at, and what to do about it, fit to be posted in public."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from leadferry import __version__
from leadferry.cli.opening import chosen, opened
from leadferry.cli.output import json_option, moment, print_json

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.guardian.model import Finding

MARKS = {"good": (" ok ", "green"), "info": ("note", "cyan"), "warn": ("soon", "yellow"), "bad": ("NOW ", "red")}
EXIT_CODES = {"good": 0, "info": 0, "warn": 0, "bad": 1}


@click.command()
@click.option("-e", "--environment", "name", metavar="NAME", help="Only this environment.")
@click.option("--offline", is_flag=True, help="Ask nothing of LinkedIn and Dynamics; only what is stored counts.")
@click.option("--names", is_flag=True, help="With names and ids as they are: not to be posted.")
@json_option
@click.pass_context
def doctor(context: click.Context, name: str | None, offline: bool, names: bool, as_json: bool) -> None:
    """Look at everything that Leadferry lives on: tokens, permissions, versions, limits, delivery, the machine.

    Names, ids and addresses are replaced by short words, the same every time, so that the output can be posted.

    Exit code: 0 nothing has to be done now (what has to be done soon is marked so), 1 something has to be done now.

    \b
    Examples:
      leadferry doctor
      leadferry doctor --environment production --json
    """
    with opened() as app:
        wanted = [chosen(app, name)] if name else app.environments.list() or [chosen(app, None)]
        found = [(one, app.guardian.look(one, live=not offline)) for one in wanted]
        redact: Callable[[str], str] = str if names else app.redactor()
        report = {**_head(app, wanted), "environments": [_as_dict(redact, *one) for one in found]}
    if as_json:
        print_json(report)
    else:
        _show(report)
    context.exit(max(EXIT_CODES[one["level"]] for one in report["environments"]))


def _head(app: App, environments: Sequence[Environment]) -> dict[str, Any]:
    return {
        "leadferry": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "database": app.guardian.facts.kind,
        "linkedin_versions": sorted({app.linkedin_version(one) for one in environments}),
        "at": app.clock(),
    }


def _as_dict(redact: Callable[[str], str], environment: Environment, findings: Sequence[Finding]) -> dict[str, Any]:
    from leadferry.guardian.model import worst

    shown = [
        {
            "check": one.check.value,
            "level": one.level.value,
            "title": redact(one.title),
            "detail": redact(one.detail),
            "fix": redact(one.fix),
            "since": one.since,
        }
        for one in findings
    ]
    return {"environment": redact(environment.name), "level": worst(findings).value, "findings": shown}


def _show(report: dict[str, Any]) -> None:
    versions = ", ".join(report["linkedin_versions"])
    click.echo(
        f"Leadferry {report['leadferry']}, Python {report['python']}, {report['system']}, {report['database']}, "
        f"LinkedIn version {versions}; {moment(report['at'])}"
    )
    for one in report["environments"]:
        click.echo("\n" + click.style(one["environment"], bold=True))
        for finding in one["findings"]:
            _show_one(finding)


def _show_one(finding: dict[str, Any]) -> None:
    from leadferry.guardian.model import Check

    words, color = MARKS[finding["level"]]
    click.echo(f"{click.style(words, fg=color)}  {Check(finding['check']).label}: {finding['title']}")
    if finding["level"] == "good":
        return
    if finding["detail"]:
        click.echo(f"      {finding['detail']}")
    click.echo(f"      Since {moment(finding['since'])}.")
    if finding["fix"]:
        click.echo(f"      Do: {finding['fix']}")
