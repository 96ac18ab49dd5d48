from __future__ import annotations

import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from console.entra_scene import ADMIN, SALES, Scene, entra_scene
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET
from leadferry.store.tables import sessions, sign_ins
from simulators.entra.directory import APP, SECRET
from visitor import Visitor, text_of
from web import Console, new_console


def get(visitor: Visitor, address: str) -> httpx2.Response:
    return visitor.client.get(address, follow_redirects=False)


def session_of(visitor: Visitor) -> str:
    return str(visitor.client.cookies.get("leadferry", ""))


def refused(answer: httpx2.Response, words: str, status: int = 403) -> None:
    assert answer.status_code == status
    assert words in text_of(answer)
    assert "leadferry=" not in answer.headers.get("set-cookie", "").replace("leadferry-", "")


def test_a_person_signs_in_with_microsoft_and_lands_where_they_wanted(scene: Scene) -> None:
    scene.give(ADMIN)
    visitor = scene.console.visitor()
    page = visitor.get("/e/1/tokens")
    assert page.url.path == "/sign-in"
    assert "Sign in with Microsoft" in text_of(page)
    answer = get(visitor, scene.back(visitor, return_to="/e/1/tokens"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/e/1/tokens")
    page = visitor.get("/e/1/tokens")
    assert (page.status_code, "Ada Crane" in page.text) == (200, True)


def test_entra_is_asked_with_pkce_and_for_an_answer_that_cannot_be_mixed_up(scene: Scene) -> None:
    asked = {
        name: values[0]
        for name, values in parse_qs(urlsplit(scene.begin(scene.console.visitor()).headers["location"]).query).items()
    }
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{scene.console.url}/sign-in/back"
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_a_refusal_at_microsofts_page_is_said_in_plain_words(scene: Scene) -> None:
    visitor = scene.console.visitor()
    answer = get(visitor, scene.back(visitor, cancel="1"))
    refused(answer, "The sign-in was cancelled at Microsoft's page")


def test_entras_own_text_is_not_shown_only_its_number(scene: Scene) -> None:
    visitor = scene.console.visitor()
    state = parse_qs(urlsplit(scene.begin(visitor).headers["location"]).query)["state"][0]
    told = "AADSTS50105: call +1 555 0100 to fix <b>this</b>"
    answer = visitor.client.get(
        "/sign-in/back", params={"state": state, "error": "access_denied", "error_description": told}
    )
    refused(answer, "You are not assigned to Leadferry's app registration")
    assert "AADSTS50105" in answer.text
    assert "555 0100" not in answer.text


def test_an_answer_with_an_unknown_state_is_refused(scene: Scene) -> None:
    visitor = scene.console.visitor()
    address = scene.back(visitor)
    wrong = address.replace("state=", "state=x")
    refused(get(visitor, wrong), "was used already, or was never begun here")


def test_an_answer_in_another_browser_is_refused(scene: Scene) -> None:
    address = scene.back(scene.console.visitor())
    refused(get(scene.console.visitor(), address), "begun in another browser")


def test_a_replayed_answer_is_refused(scene: Scene) -> None:
    scene.give(SALES)
    visitor = scene.console.visitor()
    address = scene.back(visitor)
    cookies = dict(visitor.client.cookies)
    assert get(visitor, address).status_code == 303
    again = scene.console.visitor()
    again.client.cookies.update(cookies)
    refused(get(again, address), "was used already")


def test_an_answer_after_ten_minutes_is_refused(scene: Scene) -> None:
    visitor = scene.console.visitor()
    address = scene.back(visitor)
    scene.time.sleep(600)
    refused(get(visitor, address), "took longer than 10 minutes")


def test_an_id_token_for_another_sign_in_is_refused(scene: Scene) -> None:
    visitor = scene.console.visitor()
    address = scene.back(visitor)
    with scene.console.app.database.write() as connection:
        connection.execute(sa.update(sign_ins).values(nonce="of another sign-in"))
    refused(get(visitor, address), "its part `nonce` is not as it must be")


def test_a_code_of_another_sign_in_is_refused_by_its_verifier(scene: Scene) -> None:
    visitor = scene.console.visitor()
    address = scene.back(visitor)
    with scene.console.app.database.write() as connection:
        connection.execute(sa.update(sign_ins).values(verifier="v" * 43))
    refused(get(visitor, address), "too old, or was used before")


def test_keys_that_entra_changed_are_asked_for_again(scene: Scene) -> None:
    scene.give(SALES)
    scene.sign_in()
    scene.directory.sim("POST", "keys")
    assert session_of(scene.sign_in())
    assert scene.directory.sim("GET", "stats")["requests"]["GET keys"] == 2


def test_every_sign_in_begins_a_new_session_and_ends_the_browsers_older_one(scene: Scene) -> None:
    scene.give(SALES)
    visitor = scene.console.visitor()
    visitor.client.cookies.set("leadferry", "planted")
    scene.sign_in(visitor)
    first = visitor.client.cookies.jar
    tokens = {cookie.value for cookie in first if cookie.name == "leadferry"} - {"planted"}
    assert len(tokens) == 1
    operator = scene.console.operator()
    kept = session_of(operator)
    scene.sign_in(operator)
    assert session_of(operator) != kept
    assert scene.console.app.sessions.find(kept) is None


def test_a_certificate_proves_the_application_as_well(tmp_path: Path) -> None:
    certificate, key = rsa_certificate()
    with entra_scene(tmp_path, entra_client_id="", entra_client_secret="") as scene:
        scene.console.app.environments.set_credential(1, certificate_pem=certificate + key)
        back = f"{scene.console.url}/sign-in/back"
        scene.directory.put("apps", CLIENT_ID, certificates=[certificate], redirect_uris=[back])
        visitor = scene.console.visitor()
        answer = get(visitor, scene.back(visitor))
        assert answer.status_code == 303, text_of(answer)


def rsa_certificate() -> tuple[str, str]:
    key, name = rsa.generate_private_key(65537, 2048), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ours")])
    start = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    return made.public_bytes(pem).decode(), private.decode()


def test_the_first_environments_registration_serves_where_the_settings_name_none(tmp_path: Path) -> None:
    with entra_scene(tmp_path, entra_tenant_id="", entra_client_id="", entra_client_secret="") as scene:
        back = f"{scene.console.url}/sign-in/back"
        scene.directory.put("apps", CLIENT_ID, secrets=[{"value": CLIENT_SECRET}], redirect_uris=[back])
        visitor = scene.console.visitor()
        assert get(visitor, scene.back(visitor)).status_code == 303


def test_without_any_registration_the_page_names_the_operators_link(console: Console) -> None:
    page = console.visitor().get("/sign-in")
    assert "leadferry sign-in-link" in text_of(page)
    assert "Sign in with Microsoft" not in text_of(page)


def test_half_a_registration_names_the_missing_setting(tmp_path: Path) -> None:
    with new_console(tmp_path, entra_client_id="c", entra_tenant_id="t") as console:
        assert "LEADFERRY_ENTRA_CLIENT_SECRET" in text_of(console.visitor().get("/sign-in"))


def test_a_refused_client_secret_is_told_at_once_and_until_a_sign_in_works(tmp_path: Path) -> None:
    with entra_scene(tmp_path) as scene:
        scene.give(ADMIN)
        app, here = scene.console.app, scene.environment

        def told() -> list[str]:
            return [one.key for one in app.alerts.list(here.id, open_only=True) if one.key.startswith("sign-in:")]

        scene.directory.put(
            "apps", APP, secrets=[{"value": "another"}], redirect_uris=[f"{scene.console.url}/sign-in/back"]
        )
        scene.sign_in()
        assert told() == ["sign-in:-:0"]
        app.guardian.look(here, live=False)
        assert told() == ["sign-in:-:0"]
        scene.directory.put(
            "apps", APP, secrets=[{"value": SECRET}], redirect_uris=[f"{scene.console.url}/sign-in/back"]
        )
        scene.sign_in()
        assert told() == []


def test_a_wrong_client_secret_is_the_operators_business(tmp_path: Path) -> None:
    with entra_scene(tmp_path, entra_client_secret="wrong") as scene:
        visitor = scene.console.visitor()
        refused(get(visitor, scene.back(visitor)), "Entra does not accept Leadferry's client secret.")


def test_entra_out_of_reach_is_said_so(tmp_path: Path) -> None:
    with entra_scene(tmp_path, entra_authority="http://127.0.0.1:9") as scene:
        answer = scene.begin(scene.console.visitor())
        refused(answer, "cannot be reached", 502)


def test_signing_out_ends_the_session_here_and_at_entra(scene: Scene) -> None:
    scene.give(SALES)
    visitor = scene.sign_in()
    token = session_of(visitor)
    answer = visitor.client.post("/sign-out", data={"_csrf_token": visitor.csrf()}, follow_redirects=False)
    address = answer.headers["location"]
    assert address.startswith(f"{scene.directory.root}/oauth2/v2.0/logout?")
    assert "id_token_hint" in address
    assert scene.console.app.sessions.find(token) is None
    assert scene.directory.http.get(address).headers["location"] == f"{scene.console.url}/sign-in/back"
    assert "You are signed out." in text_of(visitor.get("/sign-in/back"))


def test_signing_out_while_entra_is_out_of_reach_says_what_goes_on(scene: Scene) -> None:
    scene.give(SALES)
    visitor = scene.sign_in()
    scene.directory.http.close()
    app = scene.console.app
    app.settings = type(app.settings)(
        **{
            **{name: getattr(app.settings, name) for name in app.settings.__dataclass_fields__},
            "entra_authority": "http://127.0.0.1:9",
        }
    )
    page = visitor.post("/sign-out")
    assert "You are signed out here, but not at Microsoft." in text_of(page)


def test_the_id_token_of_a_session_is_sealed(scene: Scene) -> None:
    scene.sign_in()
    with scene.console.app.database.read() as connection:
        hint = connection.execute(sa.select(sessions.c.id_token_hint)).scalar()
    assert hint
    assert b"eyJ" not in hint


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_after_sign_in_nobody_is_led_to_another_site(scene: Scene, target: str) -> None:
    visitor = scene.console.visitor()
    assert get(visitor, scene.back(visitor, return_to=target)).headers["location"] == "/"


def test_an_ended_session_says_so_and_keeps_the_place(scene: Scene) -> None:
    scene.give(ADMIN)
    visitor = scene.sign_in()
    scene.time.sleep(3600)
    page = visitor.get("/e/1/audit?person=Ada")
    assert "Your session has ended." in text_of(page)
    assert 'value="/e/1/audit?person=Ada"' in page.text


def test_a_form_of_sign_in_may_lead_on_to_entra(scene: Scene) -> None:
    policy = scene.console.visitor().get("/sign-in").headers["content-security-policy"]
    assert scene.directory.url in policy.split("form-action")[1].split(";")[0]
