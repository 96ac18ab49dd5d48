"""`leadferry`: the command line's front door. Errors become one clear block here, and an exit code.

0 done; 1 an error, or something failed; 2 input that cannot be used; 3 LinkedIn or Dynamics refused; 4 another process
is doing just this; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from leadferry import __version__
from leadferry.cli.lazy import LazyGroup
from leadferry.errors import LeadferryError, ServiceError

INTERRUPTED = 130

COMMANDS = {
    "demo": ("leadferry.cli.demo:demo", "The whole product on this machine, both services simulated."),
    "environment": ("leadferry.cli.environment:environment", "Connect Dynamics 365 organizations, check them."),
    "solution": ("leadferry.cli.solution:solution", "Install Leadferry's tables, roles and dashboard in Dynamics."),
    "adopt": ("leadferry.cli.adopt:adopt", "Take over what Microsoft's discontinued connector left in Dynamics."),
    "profile": ("leadferry.cli.profile:profile", "Connect LinkedIn members who authorize Leadferry."),
    "accounts": ("leadferry.cli.accounts:accounts", "Ad accounts and company pages: sync on or off, lead owner."),
    "forms": ("leadferry.cli.forms:forms", "Lead forms, their versions and questions."),
    "sync": ("leadferry.cli.sync:sync", "Carry form responses across, for ever or once."),
    "status": ("leadferry.cli.status:status", "How things stand: syncs, counts, what needs a person."),
    "doctor": ("leadferry.cli.doctor:doctor", "Look at everything, and say what to do; fit to be posted in public."),
    "submissions": ("leadferry.cli.submissions:submissions", "Look at form submissions, decide reviews, replay."),
    "erase": ("leadferry.cli.erase:erase", "Show, hand out and erase what is held of a person."),
    "retention": ("leadferry.cli.retention:retention", "What is taken away after its time."),
    "strategies": ("leadferry.cli.strategies:strategies", "By which fields an existing lead is recognised."),
    "mappings": ("leadferry.cli.mappings:mappings", "Which field of a form fills which lead column."),
    "config": ("leadferry.cli.config:config", "What an environment is told to do."),
    "figures": ("leadferry.cli.figures:figures", "The figures kept for Home and Performance: count them anew."),
    "alerts": ("leadferry.cli.alerts:alerts", "What a person should know of, and the channels that tell them."),
    "webhooks": ("leadferry.cli.webhooks:webhooks", "Other systems that are told what becomes of submissions."),
    "import-csv": ("leadferry.cli.import_csv:import_csv", "Take in a file downloaded from Campaign Manager."),
    "web": ("leadferry.cli.web:web", "The console, and the work behind it, in one process."),
    "sign-in-link": ("leadferry.cli.web:sign_in_link", "A link that signs the operator in at the console, once."),
    "linkedin-version": ("leadferry.cli.linkedin_version:linkedin_version", "Adopt a version of LinkedIn's API."),
    "key": ("leadferry.cli.key:key", "The master key that seals stored secrets: see it, rotate it."),
    "export": ("leadferry.cli.export:export", "Every form submission and its outcome, as CSV or JSON."),
    "simulate": ("leadferry.cli.simulate:simulate", "Run the LinkedIn or the Dataverse simulator by itself."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Settings come from environment variables and leadferry.toml: see docs/reference/settings.md. "
    "Exit codes: 0 done, 1 error, 2 bad input, 3 a service refused, 4 busy, 130 interrupted.",
)
@click.option("--data", type=click.Path(file_okay=False), help="The data folder; else LEADFERRY_DATA.")
@click.option("--debug", is_flag=True, help="Show the whole trace of an error.")
@click.version_option(__version__, "-V", "--version", prog_name="leadferry", message="%(prog)s %(version)s")
def cli(data: str | None, debug: bool) -> None:  # noqa: ARG001 - read by run() before click does
    """Carries the leads of LinkedIn Lead Gen Forms into Dynamics 365: once, within seconds, explained.

    \b
    Begin with:
      leadferry demo                  see it work, with no account anywhere
      leadferry environment add ...   connect Dynamics 365
      leadferry profile add ...       connect LinkedIn
      leadferry sync                  carry leads across
    """
    if data:
        os.environ["LEADFERRY_DATA"] = data


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """The exit code. Nothing but `--debug` ever shows a trace."""
    debug = "--debug" in arguments
    try:
        return int(cli.main(list(arguments), prog_name="leadferry", standalone_mode=False) or 0)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away: nothing is left to say, not even by the interpreter's own flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except LeadferryError as error:
        if debug:
            raise
        show_error(error)
        return error.exit_code
    except Exception as error:
        if debug:
            raise
        show_defect(error)
        return 1


def show_error(error: LeadferryError) -> None:
    click.echo(f"{click.style('Error:', fg='red', bold=True)} {error.message}", err=True)
    if error.fix:
        click.echo(f"   Do: {error.fix}", err=True)
    click.echo(f" Code: {', '.join(facts(error))}", err=True)


def facts(error: LeadferryError) -> list[str]:
    """The code, and what the vendor's support asks for."""
    found = [error.code]
    if isinstance(error, ServiceError):
        found += [f"HTTP status {error.status}"] if error.status else []
        found += [f"the service's code {error.vendor_code}"] if error.vendor_code else []
        found += [f"request {error.request_id}"] if error.request_id else []
    return found


def show_defect(error: Exception) -> None:
    """Something nobody foresaw. Its text may hold a person's data, so only its kind is shown."""
    click.echo(f"{click.style('Error:', fg='red', bold=True)} Something went wrong in Leadferry itself.", err=True)
    click.echo(f"   Do: Run it again with --debug, and report what it prints ({type(error).__name__}).", err=True)
    click.echo(" Code: error", err=True)
