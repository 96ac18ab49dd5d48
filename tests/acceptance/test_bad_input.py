"""Whatever LinkedIn, a file or a person gives: a clear message, and no form response is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leadferry.accounts.model import Environment
from leadferry.app import App, Tools, open_app
from leadferry.delivery.model import State
from leadferry.engine.progress import SyncResult
from leadferry.errors import InputError
from leadferry.mapping.model import FieldMapping
from leadferry.settings import load_settings
from samples import SIZE_QUESTION, form, response

AN_HOUR_AGO = -3_600_000


@pytest.fixture
def environment(scene: Any) -> Iterator[Environment]:
    yield scene.connect()
    scene.linkedin.no_faults()
    scene.dynamics.no_faults()


@pytest.fixture
def app(scene: Any, environment: Environment) -> Iterator[App]:
    with open_app(load_settings(scene.environ), tools=Tools(sleep=lambda _: None)) as app:
        yield app


def respond(scene: Any, app: App, response_id: str = "r1", **more: Any) -> dict[str, Any]:
    """One form response, put on LinkedIn's side; a person's own e-mail address unless told."""
    body = response(response_id, app.clock() + AN_HOUR_AGO, **{"email": f"{response_id}@x.test", **more})
    scene.linkedin.respond(body)
    return body


def with_answer(body: dict[str, Any], question: int, details: dict[str, Any]) -> dict[str, Any]:
    body["formResponse"]["answers"].append({"questionId": question, "answerDetails": details})
    return body


def text_of(app: App, environment: Environment, response_id: str = "r1") -> str:
    """What `submissions show` has to say about the last thing that happened."""
    return json.dumps(last_event(app, environment, response_id), ensure_ascii=False)


def last_event(app: App, environment: Environment, response_id: str = "r1") -> dict[str, Any]:
    return dict(app.submissions.show(environment.id, response_id)["events"][-1]["detail"])


def problems(app: App, environment: Environment, response_id: str = "r1") -> list[tuple[str, str, str]]:
    found = last_event(app, environment, response_id).get("problems", [])
    return [(problem["field"], problem["detail"], problem["action"]) for problem in found]


def kept_answers(app: App, environment: Environment, response_id: str = "r1") -> Any:
    return json.loads(app.submissions.show(environment.id, response_id)["body"])["formResponse"]["answers"]


def mapping_of(app: App, environment: Environment, key: str) -> FieldMapping:
    return next(mapping for mapping in app.mappings.list(environment.id) if mapping.key == key)


def delivered(result: SyncResult) -> bool:
    return not result.troubles and result.failed == 0 and result.created > 0


# Forms


def test_a_response_of_an_unknown_form_version_is_read_by_the_nearest_one(
    scene: Any, app: App, environment: Environment
) -> None:
    respond(scene, app, version=7, last_name="Ant")
    assert delivered(app.sync_once(environment))
    assert problems(app, environment) == [("Form version", "version 7 of form 3162 is not known", "read by version 1")]
    assert [row["lastname"] for row in scene.dynamics.leads("lastname")] == ["Ant"]


def test_a_response_of_an_unknown_form_waits_for_a_person_and_can_be_replayed(
    scene: Any, app: App, environment: Environment
) -> None:
    respond(scene, app, form_id=999, last_name="Ant")
    assert app.sync_once(environment).failed == 1
    detail = last_event(app, environment)
    assert detail["code"] == "form-unknown"
    assert detail["message"] == (
        "Form 999 (version 1) is not known, so its answers have no names. When LinkedIn shows the form to an "
        "authorized user profile again, replay the submission."
    )
    scene.linkedin.put("forms", 999, **form(999, "Late"))
    app.discover(environment, app.profiles.list(environment.id)[0])
    app.replay(environment, ["r1"])
    assert delivered(app.sync_once(environment))
    assert [row["emailaddress1"] for row in scene.dynamics.leads()] == ["r1@x.test"]


def test_a_form_that_cannot_be_read_holds_up_no_other_response(scene: Any, app: App, environment: Environment) -> None:
    respond(scene, app, "r1", form_id=999)
    respond(scene, app, "r2")
    scene.linkedin.fault("status", status=200, path="leadForms/999", body="{broken", times=-1)
    result = app.sync_once(environment)
    assert (result.troubles, result.stored, result.created, result.failed) == ([], 2, 1, 1)
    assert "Form 999 (version 1) is not known" in text_of(app, environment)


# Answers


def test_an_answer_to_an_unknown_question_is_told_and_kept(scene: Any, app: App, environment: Environment) -> None:
    body = with_answer(response("r1", app.clock() + AN_HOUR_AGO, email="a@x.test"), 4711, text_answer("blue"))
    scene.linkedin.respond(body)
    assert delivered(app.sync_once(environment))
    told = ("question 4711", "question 4711 is not in version 1 of form 3162", "left out")
    assert problems(app, environment) == [told]
    assert {"questionId": 4711, "answerDetails": text_answer("blue")} in kept_answers(app, environment)


def test_an_option_that_no_form_has_is_told_and_kept(scene: Any, app: App, environment: Environment) -> None:
    chosen = {"multipleChoiceAnswer": {"options": [77, 1]}}
    body = with_answer(response("r1", app.clock() + AN_HOUR_AGO, email="a@x.test"), SIZE_QUESTION, chosen)
    scene.linkedin.respond(body)
    size = mapping_of(app, environment, str(SIZE_QUESTION))
    app.mappings.change(environment.id, replace(size, column="jobtitle"))
    assert delivered(app.sync_once(environment))
    assert problems(app, environment) == [("Which size?", "option 77 not in version 1 of the form", "left out")]
    assert [row["jobtitle"] for row in scene.dynamics.leads("jobtitle")] == ["Small"]
    assert {"questionId": SIZE_QUESTION, "answerDetails": chosen} in kept_answers(app, environment)


def test_no_answer_at_all_makes_a_lead_that_says_where_it_is_from(
    scene: Any, app: App, environment: Environment
) -> None:
    bodies = [response(key, app.clock() + AN_HOUR_AGO) for key in ("r1", "r2", "r3")]
    bodies[1]["formResponse"]["answers"] = None
    del bodies[2]["formResponse"]
    scene.linkedin.respond(*bodies)
    result = app.sync_once(environment)
    assert (result.troubles, result.failed, result.created) == ([], 0, 3)
    assert last_event(app, environment)["why"] == "No field of the matching strategy was answered (emailaddress1)."
    rows = [(row["lastname"], row["subject"]) for row in scene.dynamics.leads("lastname", "subject")]
    assert rows == [("(unknown)", "LinkedIn: Paper")] * 3


def test_answers_of_four_thousand_characters_are_cut_and_kept_whole(
    scene: Any, app: App, environment: Environment
) -> None:
    long = {"last_name": "L" * 4000, "company_name": "é" * 4000, "first_name": "𝔉" * 4000}
    respond(scene, app, **long)
    assert delivered(app.sync_once(environment))
    assert problems(app, environment) == [
        ("First name", "longer than the 50 characters of firstname", "cut"),
        ("Last name", "longer than the 50 characters of lastname", "cut"),
        ("Company name", "longer than the 100 characters of companyname", "cut"),
    ]
    (row,) = scene.dynamics.leads("lastname", "companyname")
    assert (len(row["lastname"]), len(row["companyname"])) == (50, 100)
    kept = [answer["answerDetails"]["textQuestionAnswer"]["answer"] for answer in kept_answers(app, environment)]
    assert set(long.values()) <= set(kept)


def test_an_address_of_four_thousand_characters_is_left_out_and_costs_no_lead(
    scene: Any, app: App, environment: Environment
) -> None:
    address = "a" * 4000 + "@x.test"
    respond(scene, app, email=address, last_name="Ant")
    assert delivered(app.sync_once(environment))
    assert problems(app, environment) == [("Email address", "not an e-mail address", "left out")]
    assert address in json.dumps(kept_answers(app, environment))
    assert address not in text_of(app, environment)


def text_answer(text: str) -> dict[str, Any]:
    return {"textQuestionAnswer": {"answer": text}}


# Pages of LinkedIn


def test_broken_json_in_one_page_is_told_and_the_next_sync_completes(scene: Any, environment: Environment) -> None:
    settings = load_settings({**scene.environ, "LEADFERRY_PAGE_SIZE": "2"})
    with open_app(settings, tools=Tools(sleep=lambda _: None)) as app:
        for number in range(5):
            respond(scene, app, f"r{number}")
        scene.linkedin.fault("status", status=200, path="start=2", body='{"elements":[{"id"', times=2)
        result = app.sync_once(environment)
        assert result.troubles == [
            (
                "Account 5001, SPONSORED: LinkedIn's answer for leadFormResponses cannot be read (broken JSON). It "
                "is asked for again by itself; if it stays so, report LinkedIn's request id."
            )
        ]
        assert app.sync_once(environment).troubles == []
        assert app.counts(environment)["delivered"] == 5
    assert len(scene.dynamics.leads()) == 5


def test_a_page_cut_short_once_is_asked_for_again_by_itself(scene: Any, app: App, environment: Environment) -> None:
    respond(scene, app)
    scene.linkedin.fault("status", status=200, path="leadFormResponses", body='{"elements":[', times=1)
    assert delivered(app.sync_once(environment))


def test_a_lead_type_from_the_future_crosses_and_what_cannot_be_read_is_kept_beside_it(
    scene: Any, app: App, environment: Environment
) -> None:
    known = response("r1", app.clock() + AN_HOUR_AGO, email="a@x.test", last_name="Ant")
    known |= {"leadType": "HOLOGRAM", "owner": {"hologram": "urn:li:hologram:1"}, "moreFromTheFuture": [1]}
    odd = {"id": "r2", "submittedAt": "soon"}
    page = json.dumps({"elements": [known, odd], "paging": {"start": 0, "count": 500}})
    scene.linkedin.fault("status", status=200, path="leadFormResponses", body=page)
    result = app.sync_once(environment)
    assert (result.troubles, result.created, result.stored) == ([], 1, 2)
    assert app.submissions.show(environment.id, "r1")["lead_type"] == "HOLOGRAM"
    shown = app.submissions.show(environment.id, "r2")
    assert shown["state"] is State.FAILED
    assert json.loads(shown["body"]) == odd
    assert last_event(app, environment, "r2")["message"] == (
        "The form response cannot be read: Expected `int`, got `str` - at `$.submittedAt`"
    )


# Mappings and strategies


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("new_title", "Job title: lead has no column new_title in this environment."),
        ("createdon", "Job title: createdon is read-only."),
    ],
)
def test_a_mapping_to_a_column_that_cannot_be_written_is_told_and_the_lead_made(
    scene: Any, app: App, environment: Environment, column: str, told: str
) -> None:
    title = mapping_of(app, environment, "JOB_TITLE")
    app.mappings.change(environment.id, replace(title, column=column))
    respond(scene, app, job_title="Captain", last_name="Ant")
    result = app.sync_once(environment)
    assert delivered(result)
    way_out = "Its answers are left out; `leadferry mappings set` gives the field another column."
    assert f"{told} {way_out}" in result.notes
    assert [row["lastname"] for row in scene.dynamics.leads("lastname")] == ["Ant"]


def test_a_strategy_field_keeps_its_lead_column(app: App, environment: Environment) -> None:
    email = mapping_of(app, environment, "EMAIL")
    with pytest.raises(InputError) as refusal:
        app.mappings.change(environment.id, replace(email, column=None))
    assert str(refusal.value) == (
        "The field 'Email address' is used by the matching strategy 'E-mail address'. "
        "Take it out of the strategy first."
    )


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("gone", "The field 'Email address' is mapped to gone, a column that lead does not have."),
        ("fullname", "The column fullname of lead is read-only, so no answer is ever put there to be compared."),
    ],
)
def test_a_strategy_that_can_match_nobody_stops_the_delivery_before_it_doubles_leads(
    scene: Any, app: App, environment: Environment, column: str, told: str
) -> None:
    scene.dynamics.seed("lead", [{"emailaddress1": "r1@x.test", "lastname": "Ant"}])
    respond(scene, app, last_name="Ant")
    email = mapping_of(app, environment, "EMAIL")
    app.mappings.change(environment.id, replace(email, column=column))
    result = app.sync_once(environment)
    assert result.troubles == [
        (
            f"{told} Map the field to another column, or change the matching strategy 'E-mail address'. Until then all "
            "submissions wait."
        )
    ]
    assert app.environments.get("test").trouble == result.troubles[0]
    assert app.counts(environment)["pending"] == 1
    app.mappings.change(environment.id, email)
    assert app.sync_once(environment).updated == 1
    assert len(scene.dynamics.leads()) == 1


# Files


def test_a_csv_in_the_wrong_encoding_is_refused_whole_with_the_way_out(
    scene: Any, app: App, environment: Environment, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes("Email address,Last name\na@x.test,Ant\nb@x.test,Größe läuft über\n".encode("cp1252"))
    with pytest.raises(InputError) as refusal:
        app.import_csv(environment, file)
    told = str(refusal.value)
    assert told.startswith("The CSV file is not UTF-8: byte 48, in line 3, does not fit. Name its encoding with --enc")
    assert "cp1252), or save it as UTF-8." in told
    assert app.counts(environment)["all"] == 0
    assert app.import_csv(environment, file, encoding="cp1252").new == 2
    app.deliver(environment)
    assert [row["lastname"] for row in scene.dynamics.leads("lastname")] == ["Ant", "Größe läuft über"]


# As a person sees it


def test_the_command_line_names_an_unknown_environment_and_the_known_ones(scene: Any, environment: Environment) -> None:
    ran = scene.run("sync", "--once", "--environment", "nowhere")
    assert ran.returncode == 2
    assert 'There is no environment "nowhere".' in ran.stderr
    assert "Known: test." in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_command_line_refuses_a_csv_in_the_wrong_encoding(
    scene: Any, environment: Environment, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(b"Email address,Last name\na@x.test,Gr\xf6\xdfe\n")
    ran = scene.run("import-csv", str(file))
    assert ran.returncode == 2
    assert "The CSV file is not UTF-8: byte " in ran.stderr
    assert "--encoding" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_command_line_tells_a_failed_submission_and_what_to_do(
    scene: Any, app: App, environment: Environment
) -> None:
    respond(scene, app, form_id=999)
    assert scene.run("sync", "--once").returncode == 1
    shown = scene.run("submissions", "show", "r1")
    assert "Form 999 (version 1) is not known" in shown.stdout
    assert "replay the submission" in shown.stdout
