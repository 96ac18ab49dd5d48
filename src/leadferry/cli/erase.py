"""`leadferry erase`: what is held of one person, as a document for them, and its end."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.asking import confirm
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, moment, plain, print_json, print_table, warn
from leadferry.cli.record import Action, record
from leadferry.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.privacy.people_store import Reached
    from leadferry.privacy.wanted import Wanted


@click.command()
@click.argument("who", metavar="PERSON")
@click.option("--number", "numbers", multiple=True, type=int, help="Only this submission of those found; repeatable.")
@click.option("--document", type=click.Path(dir_okay=False, path_type=Path), help="First write all of it as JSON.")
@click.option("--keep-mirror", is_flag=True, help="Leave the rows in Leadferry's own tables in Dynamics.")
@click.option("--delete-leads", is_flag=True, help="Also delete their leads in Dynamics.")
@click.option("--delete-contacts", is_flag=True, help="Also delete contacts made with them that nothing else uses.")
@click.option("--dry-run", is_flag=True, help="Only show what is held.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@environment_option
@json_option
def erase(
    who: str,
    numbers: tuple[int, ...],
    document: Path | None,
    keep_mirror: bool,
    delete_leads: bool,
    delete_contacts: bool,
    dry_run: bool,
    yes: bool,
    name: str | None,
    as_json: bool,
) -> None:
    """Show what is held of PERSON, and erase it: answers, raw payload, timeline values, search index.

    PERSON is an e-mail address, a name, or the id of a lead; - reads it from standard input, so that it stands in no
    history of commands. Rows stay with number, times and outcome: they are counted, and never delivered again.

    \b
    Examples:
      leadferry erase ada@example.com --dry-run
      leadferry erase ada@example.com --document ada.json --delete-leads
      echo ada@example.com | leadferry erase - --yes
    """
    from leadferry.privacy.wanted import By, read_wanted

    wanted = read_wanted(sys.stdin.readline() if who == "-" else who)
    with opened_environment(name) as (app, environment):
        reached = app.find_person(environment, wanted)
        chosen = _chosen(reached, numbers, wanted)
        if document:
            _write(app, environment, chosen, document)
        found = [app.submissions.show(environment.id, number) for number in chosen]
        if dry_run:
            _show(found, reached, as_json)
            return
        if not as_json:
            _show(found, reached, as_json)
        confirm(f"Erase {len(chosen)} of them? It cannot be undone.", yes=yes)
        email = wanted.text if wanted.by is By.EMAIL else ""
        wishes = {"mirror": not keep_mirror, "leads": delete_leads, "contacts": delete_contacts}
        erased = app.erase(environment, chosen, email=email, **wishes)
        told = erased.recorded(chosen, mirror=not keep_mirror)
        record(app, environment, Action.DELETE_SUBMISSIONS, "person", "", "One person, erased", after=told)
        troubles = [] if keep_mirror else app.deliver(environment).troubles
    if as_json:
        print_json(told | {"leads_left": list(erased.left), "clean": erased.clean})
    else:
        click.echo(f"{erased.submissions:,} erased, {erased.leads:,} leads deleted in Dynamics.", err=True)
    for left in erased.left:
        warn(left)
    for trouble in troubles:
        warn(f"The rows in Dynamics follow later. {trouble}")
    if not erased.clean:
        warn("The file of the database is large or busy: run `leadferry retention clean` at a quiet hour.")


def _chosen(reached: Reached, numbers: tuple[int, ...], wanted: Wanted) -> list[int]:
    found = list(reached.reasons)
    if not found:
        raise NotFoundError(
            f"There is nothing of this person in this environment, by {wanted.by.value}.",
            fix="Try the e-mail address: by it every answer is read.",
            code="person-not-found",
        )
    if strange := [number for number in numbers if number not in found]:
        raise InputError(
            f"Submission {strange[0]} is not among those found.", fix="Name some of those found.", code="not-among"
        )
    return list(numbers) or found


def _show(found: Sequence[dict[str, Any]], reached: Reached, as_json: bool) -> None:
    rows = [
        (
            one["id"],
            moment(one["submitted_at"]),
            one["form"] or "",
            one["matching_status"].label,
            "yes" if one["body"] else "no",
            len(one["events"]),
            one["lead_id"] or "",
            reached.reasons[one["id"]],
        )
        for one in found
    ]
    names = ("number", "submitted", "form", "matching status", "answers", "timeline", "lead", "found by")
    if as_json:
        held = [dict(zip(names, row, strict=True)) for row in rows]
        print_json({"submissions": held, "mentioned_in": list(reached.mentions), "saved_views": len(reached.views)})
        return
    print_table(names, rows)
    if reached.mentions:
        click.echo(f"Also in the timelines of {len(reached.mentions)} other submissions.", err=True)
    if reached.cut:
        warn("There are more than are shown.")


def _write(app: App, environment: Environment, numbers: list[int], path: Path) -> None:
    made = app.dossier(environment, numbers)
    try:
        path.write_text(json.dumps(made, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise InputError(
            f"The file {path} cannot be written: {error.strerror}.", fix="Name another.", code="output-unwritable"
        ) from None
    told = {"numbers": numbers}
    record(app, environment, Action.READ_SUBMISSIONS, "person", "", "One person's data as JSON", after=told)
    click.echo(f"Everything is in {plain(path)}.", err=True)
