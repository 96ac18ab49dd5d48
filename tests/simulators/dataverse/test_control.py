"""What a test tells the simulator from beside, what a restart keeps, and faults."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from leadferry.simulators.dataverse import service, users
from leadferry.simulators.dataverse.model import Catalog, Column
from leadferry.simulators.dataverse.storage import Storage
from simulators.dataverse.talking import NOBODY, NOW_MS, Api


def test_rows_are_seeded_without_being_counted(api: Api) -> None:
    api.control("POST", "zero")
    account = api.control("POST", "rows/account", [{"name": "Acme"}])["ids"][0]
    rows = [{"firstname": "A", "lastname": str(place), "parentaccountid": account} for place in range(1000)]
    assert len(api.control("POST", "rows/lead", rows)["ids"]) == 1000
    assert api.control("GET", "stats")["total"] == 0
    found = api.rows("lead", "fullname", "parentaccountid__table", "statuscode", "createdon", "ownerid")
    assert found[7] == {
        "fullname": "A 7", "parentaccountid__table": "account", "statuscode": 1, "createdon": "2026-11-23T10:00:00Z",
        "ownerid": users.USER_ID,
    }  # fmt: skip


def test_a_setting_that_does_not_exist_or_does_not_fit_is_refused(api: Api) -> None:
    for body in ({"nosuch": 1}, {"servers": "two"}):
        assert api.http.patch(f"{api.url}/__sim/settings", json=body).status_code == 400
    assert api.control("PATCH", "settings", {"servers": 2})["servers"] == 2
    assert api.control("GET", "settings")["servers"] == 2


def test_a_reset_forgets_rows_users_settings_and_the_clock_but_not_the_token(api: Api) -> None:
    api.make("leads", lastname="x")
    api.control("PUT", f"users/{NOBODY}", {"application_id": NOBODY})
    api.control("PATCH", "settings", {"dop_hint": 9})
    api.control("POST", "clock", {"advance_ms": 1000})
    api.control("POST", "reset")
    assert api.rows("lead") == []
    assert [user["id"] for user in api.control("GET", "users")] == [users.USER_ID]
    assert api("GET", "WhoAmI").headers["x-ms-dop-hint"] == "4"
    assert api.rows("systemuser", "systemuserid") == [{"systemuserid": users.USER_ID}]


def test_a_restart_keeps_rows_users_catalog_and_tokens(tmp_path: Path, catalog: Catalog) -> None:
    path = str(tmp_path / "dataverse.db")
    with service.start(lambda: NOW_MS, catalog, path=path) as running:
        api = Api(running.url)
        api.make("leads", lastname="x")
        api.control("PUT", f"users/{NOBODY}", {"application_id": NOBODY, "secret": "s"})
    with service.start(lambda: NOW_MS, Catalog(), path=path) as running:
        again = Api(running.url, NOBODY, "s")
        assert [row["lastname"] for row in again.rows("lead")] == ["x"]
        again.token = api.token
        assert again("GET", "WhoAmI").json()["UserId"] == users.USER_ID


def test_a_cut_after_the_commit_leaves_the_row(api: Api) -> None:
    for kind, rows in (("cut_before", 0), ("cut_after", 1)):
        api.control("POST", "faults", {"kind": kind, "method": "POST", "path": "leads"})
        with pytest.raises(httpx2.TransportError):
            api("POST", "leads", {"lastname": "x"})
        assert len(api.rows("lead")) == rows


def test_a_storage_follows_its_catalog(catalog: Catalog) -> None:
    storage = Storage(":memory:", lambda: 0, catalog)
    lead = storage.catalog.tables["lead"]
    lead.columns["li_score"] = Column("li_score", "li_Score", "Integer")
    del lead.columns["mobilephone"]
    storage.apply_catalog()
    with storage.reading() as conn:
        names = {row[1] for row in conn.execute('PRAGMA table_info("t_lead")')}
    assert "li_score" in names
    assert "mobilephone" not in names


def test_a_new_key_over_rows_that_break_it_fails(catalog: Catalog) -> None:
    storage = Storage(":memory:", lambda: 0, catalog)
    key = storage.catalog.tables["lead"].keys.pop()
    storage.apply_catalog()
    with storage.transaction() as conn:
        for row_id in ("a", "b"):
            conn.execute('INSERT INTO "t_lead" ("leadid", "li_responseid") VALUES (?, ?)', (row_id, "same"))
    storage.catalog.tables["lead"].keys.append(key)
    storage.apply_catalog()
    assert storage.catalog.tables["lead"].keys[0].status == "Failed"


def test_an_error_undoes_the_whole_transaction(catalog: Catalog) -> None:
    storage = Storage(":memory:", lambda: 0, catalog)

    def write_and_fail() -> None:
        with storage.transaction() as conn, storage.transaction():
            conn.execute('INSERT INTO "t_lead" ("leadid") VALUES (?)', ("a",))
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        write_and_fail()
    with storage.reading() as conn:
        assert conn.execute('SELECT COUNT(*) FROM "t_lead"').fetchone()[0] == 0
