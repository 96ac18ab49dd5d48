"""What an administrator, a campaign manager and an operator do, one command after the other, against simulators."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
from pathlib import Path

from acceptance.conftest import Scene, now_ms
from cli.conftest import Line, adding
from leadferry.simulators.dataverse.users import CLIENT_SECRET
from samples import response

SYNCED = {
    "environment", "stored", "created", "updated", "matched_not_updated", "match_failed", "failed", "retrying",
    "test_leads", "linkedin_requests", "dynamics_requests", "mirror_requests", "seconds", "troubles", "notes",
}  # fmt: skip


def respond(scene: Scene, *emails: str, job_title: str = "Engineer") -> None:
    at = now_ms() - 60_000
    scene.linkedin.respond(
        *(
            response(f"r-{email}", at + number, email=email, last_name="Crane", job_title=job_title)
            for number, email in enumerate(emails)
        )
    )


def number_of(line: Line, response_id: str) -> str:
    return str(line("submissions", "show", response_id, "--json").json["id"])


def test_adding_an_environment_checks_it(line: Line, scene: Scene) -> None:
    said = line(*adding(scene), stdin=CLIENT_SECRET)
    assert said.code == 0
    assert "ok   Sign-in and application user" in said.out
    assert line("environment", "check").code == 0


def test_a_profile_shows_what_it_reaches(line: Line, connected: Scene) -> None:
    (shown,) = line("profile", "list", "--json").json
    assert shown["authorization"] == "Authorized"
    assert shown["accounts"] == ["urn:li:sponsoredAccount:5001"]
    (account,) = line("accounts", "list", "--json").json
    assert (account["name"], account["sync_enabled"]) == ("Account 5001", True)


def test_a_sync_carries_responses_across_and_says_so(line: Line, connected: Scene) -> None:
    connected.dynamics.seed("lead", [{"emailaddress1": "OLD@x.test", "lastname": "Old"}])
    respond(connected, "new@x.test", "old@x.test")
    said = line("sync", "--once", "--environment", "test", "--json")
    assert said.code == 0
    assert set(said.json) == SYNCED
    assert (said.json["stored"], said.json["created"], said.json["updated"]) == (2, 1, 1)
    assert [lead["emailaddress1"].lower() for lead in connected.dynamics.leads()] == ["new@x.test", "old@x.test"]
    again = line("sync", "--once")
    assert again.out.startswith("0 form responses stored.")


def test_contacts_can_be_switched_off_in_the_strategy_in_force(line: Line, connected: Scene) -> None:
    assert line("strategies", "set", "--environment", "test", "--no-create-contacts").code == 0
    assert line("strategies", "list", "--json").json[0]["create_contacts"] is False
    respond(connected, "new@x.test")
    line("sync", "--once")
    assert connected.dynamics.rows("contact", "contactid") == []


def test_status_and_reconciliation_agree_with_what_crossed(line: Line, connected: Scene) -> None:
    respond(connected, "a@x.test", "b@x.test")
    line("sync", "--once")
    (shown,) = line("status", "--reconcile", "--json").json
    assert shown["counts"]["New lead created"] == 2
    assert shown["gap"] == 0
    assert shown["forms"][0]["linkedin"] == 2
    text = line("status").out
    assert "New lead created" in text
    assert "Ada" in text


def test_a_submission_shows_question_labels_why_and_what_changed(line: Line, connected: Scene) -> None:
    connected.dynamics.seed("lead", [{"emailaddress1": "a@x.test", "lastname": "Before"}])
    respond(connected, "a@x.test", job_title="x" * 150)
    line("sync", "--once")
    text = line("submissions", "show", "r-a@x.test").out
    assert "Job title" in text
    assert "lastname: Before -> Crane" in text
    assert "Matched on emailaddress1" in text
    assert "too long" in text
    shown = line("submissions", "show", "r-a@x.test", "--json").json
    assert shown["matching_status"] == "Updated existing lead"
    assert json.loads(shown["raw"])["id"] == "r-a@x.test"


def test_a_terminal_is_not_told_what_an_answer_would_have_it_do(line: Line, connected: Scene) -> None:
    respond(connected, "a@x.test", job_title="\x1b[2J\x07boss")
    line("sync", "--once")
    out = line("submissions", "show", "r-a@x.test").out
    assert "boss" in out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_a_held_submission_is_found_and_decided(line: Line, connected: Scene) -> None:
    assert line("strategies", "fields", "E-mail address", "EMAIL", "LAST_NAME").code == 0
    connected.dynamics.seed("lead", [{"emailaddress1": "a@x.test", "lastname": "Somebody else"}])
    respond(connected, "a@x.test")
    line("sync", "--once")
    (held,) = line("submissions", "list", "--state", "review", "--matching", "match-failed", "--json").json
    said = line("submissions", "replay", str(held["id"]), "--create", "--json")
    assert (said.code, said.json[0]["matching_status"]) == (0, "New lead created")
    assert len(connected.dynamics.leads()) == 2


def test_a_rejected_submission_makes_no_lead(line: Line, connected: Scene) -> None:
    line("strategies", "fields", "E-mail address", "EMAIL", "LAST_NAME")
    connected.dynamics.seed("lead", [{"emailaddress1": "a@x.test", "lastname": "Somebody else"}])
    respond(connected, "a@x.test")
    line("sync", "--once")
    assert line("submissions", "replay", number_of(line, "r-a@x.test"), "--reject").code == 0
    assert line("submissions", "list", "--state", "rejected", "--json").json[0]["response_id"] == "r-a@x.test"
    assert len(connected.dynamics.leads()) == 1


def test_a_replay_without_delivery_waits_for_the_next_sync(line: Line, connected: Scene) -> None:
    respond(connected, "a@x.test")
    line("sync", "--once")
    assert line("submissions", "replay", "r-a@x.test", "--no-deliver", "--json").json[0]["state"] == "retry"
    line("sync", "--once")
    assert line("submissions", "show", "r-a@x.test", "--json").json["state"] == "delivered"
    assert len(connected.dynamics.leads()) == 1


def test_two_decisions_at_once_are_refused(line: Line, connected: Scene) -> None:
    said = line("submissions", "replay", "1", "--create", "--reject")
    assert said.code == 2
    assert "Give one of --create, --lead, --reject." in said.err


def test_an_account_that_is_switched_off_is_not_pulled(line: Line, connected: Scene) -> None:
    assert line("accounts", "set", "5001", "--no-sync").code == 0
    respond(connected, "a@x.test")
    assert line("sync", "--once", "--json").json["stored"] == 0
    assert line("accounts", "set", "5001", "--sync").code == 0
    assert line("sync", "--once", "--json").json["stored"] == 1


def test_a_form_shows_where_each_answer_goes(line: Line, connected: Scene) -> None:
    shown = line("forms", "show", "Paper", "--json").json
    assert {"kind": "EMAIL", "id": 3, "column": "emailaddress1"}.items() <= shown["fields"][2].items()
    assert shown["fields"][7]["options"] == ["Small", "Large"]


def test_a_mapping_to_a_column_that_does_not_exist_is_warned_of_with_the_nearest(line: Line, connected: Scene) -> None:
    said = line("mappings", "set", "JOB_TITLE", "--column", "jobtitel")
    assert said.code == 0
    assert "Warning: The table lead has no column 'jobtitel'. Did you mean jobtitle?" in said.err
    checked = line("mappings", "check")
    assert checked.code == 1
    assert "jobtitel" in checked.out


def test_a_mapping_is_stored_where_dynamics_is_out_of_reach(line: Line, connected: Scene) -> None:
    connected.dynamics.fault("status", status=503, times=-1)
    said = line("mappings", "set", "JOB_TITLE", "--column", "description")
    connected.dynamics.no_faults()
    assert said.code == 0
    assert "Note: Not checked against Dynamics" in said.err


def test_a_strategy_on_a_field_without_a_column_is_refused(line: Line, connected: Scene) -> None:
    said = line("strategies", "fields", "E-mail address", "SENIORITY")
    assert said.code == 2
    assert "uses the field 'Seniority', which has no lead column" in said.err
    assert "Map the field to a lead column, or take it out of the strategy." in said.err


def test_a_csv_is_imported_and_delivered_at_once(line: Line, connected: Scene, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("First name,Last name,Email address\nAda,Crane,csv@x.test\n", "utf-8")
    said = line("import-csv", str(path), "--json")
    assert (said.code, said.json["new"], said.json["delivery"]["created"]) == (0, 1, 1)
    assert line("import-csv", str(path), "--json").json["known"] == 1
    assert [lead["emailaddress1"] for lead in connected.dynamics.leads()] == ["csv@x.test"]


def test_a_csv_in_another_encoding_says_which_option_helps(line: Line, connected: Scene, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes("First name,Last name,Email address\nJosé,Crane,a@x.test\n".encode("latin-1"))
    said = line("import-csv", str(path))
    assert said.code == 2
    assert "--encoding" in said.err
    assert line("import-csv", str(path), "--encoding", "latin-1", "--no-deliver").code == 0


def test_an_export_is_csv_or_one_json_document(line: Line, connected: Scene) -> None:
    assert line("export", "--format", "json").json == []
    respond(connected, "a@x.test", "b@x.test")
    line("sync", "--once")
    assert [row["state"] for row in line("export", "--format", "json").json] == ["delivered", "delivered"]
    rows = list(csv.DictReader(io.StringIO(line("export").out)))
    assert {row["response_id"] for row in rows} == {"r-a@x.test", "r-b@x.test"}


def test_a_sync_for_ever_ends_in_order_on_sigterm(connected: Scene) -> None:
    respond(connected, "a@x.test")
    environ = {**os.environ, **connected.environ, "LEADFERRY_DATA": os.environ["LEADFERRY_DATA"]}
    with subprocess.Popen(
        connected.command("sync", "--json"), env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert (first["environment"], first["created"]) == ("test", 1)
    assert process.returncode == 0
    assert errors.endswith("Ended.\n")
