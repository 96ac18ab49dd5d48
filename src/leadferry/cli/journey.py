"""The journey of one form submission, for people and for scripts: answers, timeline, changes, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.output import moment, print_facts, yes_no

if TYPE_CHECKING:
    from leadferry.forms.model import FormResponse, FormVersion

Found = dict[str, Any]


def journey_json(found: Found, form: FormVersion | None) -> Found:
    response = _response(found)
    return {
        "answers": [] if response is None else _answers(response, form),
        "consents": [] if response is None else _consents(response, form),
        "events": [
            {"at": event["at"], "kind": event["kind"].label, "detail": event["detail"]} for event in found["events"]
        ],
        "raw": (found["body"] or b"").decode("utf-8", "replace"),
    }


def print_journey(found: Found, form: FormVersion | None) -> None:
    mark = " (test lead)" if found["test"] else ""
    click.echo(click.style(f"Form submission {found['id']}{mark}", bold=True))
    named = f"{found['form'] or 'unknown'} ({found['form_id'] or '?'}, version {found['form_version'] or '?'})"
    print_facts(
        [
            ("form response", found["response_id"]),
            ("form", named),
            ("account or page", found["account"]),
            ("campaign", found["campaign"]),
            ("lead type", found["lead_type"]),
            ("submitted", moment(found["submitted_at"])),
            ("received", moment(found["received_at"])),
            ("state", found["state"].label),
            ("matching status", found["matching_status"].label),
            ("processing", found["processing_state"].label),
            ("lead", found["lead_id"]),
            ("contact", found["contact_id"]),
            ("attempts", found["attempts"]),
            ("next attempt", moment(found["due_at"]) if found["due_at"] else None),
        ],
        "  ",
    )
    _print_answers(found, form)
    click.echo("\n  Timeline")
    click.echo(f"    {moment(found['received_at'])}  stored")
    for event in found["events"]:
        _print_event(event)


def _print_answers(found: Found, form: FormVersion | None) -> None:
    from leadferry.delivery.model import Removal

    response = _response(found)
    click.echo("\n  Answers")
    if found["removed_at"] is not None:
        click.echo(f"    {Removal(found['removal']).words}, {moment(found['removed_at'])}.")
        return
    if response is None:
        click.echo("    They cannot be read; what LinkedIn sent is kept: --json shows it.")
        return
    answers = _answers(response, form)
    if not answers:
        click.echo("    None.")
    print_facts([(answer["question"], _short(answer["answer"])) for answer in answers], "    ")
    consents = _consents(response, form)
    if consents:
        click.echo("\n  Consents")
        print_facts([(consent["consent"], yes_no(consent["accepted"])) for consent in consents], "    ")


def _print_event(event: Found) -> None:
    detail = event["detail"]
    click.echo(f"    {moment(event['at'])}  {event['kind'].label}  {detail.get('why', '')}".rstrip())
    indent = " " * 8
    for name in ("message", "code", "vendor_code", "request_id", "order"):
        if detail.get(name):
            click.echo(f"{indent}{name.replace('_', ' ')}: {detail[name]}")
    for column, (before, after) in detail.get("changes", {}).items():
        click.echo(f"{indent}{column}: {_value(before)} -> {_value(after)}")
    for problem in detail.get("problems", []):
        where = f" ({problem['column']})" if problem["column"] else ""
        did = f": {problem['action']}" if problem.get("action") else ""
        click.echo(f"{indent}{problem['field']}{where}: {problem['kind'].replace('_', ' ')}, {problem['detail']}{did}")
    for name in ("duplicates", "candidates"):
        if detail.get(name):
            click.echo(f"{indent}{name}: {', '.join(detail[name])}")


def _response(found: Found) -> FormResponse | None:
    from leadferry.linkedin.reading import UnreadableResponseError, to_form_response

    try:
        return to_form_response(found["body"] or b"")
    except UnreadableResponseError:
        return None


def _answers(response: FormResponse, form: FormVersion | None) -> list[Found]:
    from leadferry.delivery.answers import answers

    return [
        {"question_id": one.question_id, "question": one.question, "answer": one.answer}
        for one in answers(response, form)
    ]


def _consents(response: FormResponse, form: FormVersion | None) -> list[Found]:
    from leadferry.delivery.answers import consents

    return [{"consent_id": key, "consent": text, "accepted": given} for key, text, given in consents(response, form)]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:97]}... ({len(text):,} characters)"


def _value(value: object) -> str:
    if value is None or value == "":
        return "(empty)"
    return _short(str(value))
