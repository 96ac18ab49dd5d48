"""What was erased is known again under another id, by digests that are slow to try, and by nothing else."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from delivery.conftest import Ferry
from leadferry.intake.model import Door, Received
from leadferry.intake.recognition import Trace, same
from leadferry.privacy.proof import proof_of, proves
from leadferry.store.tables import environments
from privacy.conftest import ADA, BOB, everything, number_of

SALT = b"8 bytes!"


def of(second: int, *texts: str, form: int = 3162) -> Trace:
    return Trace(form, "", second, frozenset(texts))


@pytest.mark.parametrize(
    ("other", "known"),
    [
        (of(100, "ada@x.test"), True),
        (of(101, "ada@x.test", "ada"), True),
        (of(102, "ada@x.test"), False),
        (of(100, "bob@x.test", "ada"), False),
        (of(100, "ada"), False),
        (of(100, "ada@x.test", form=4001), False),
    ],
)
def test_a_sealed_trace_knows_what_the_trace_knew(other: Trace, known: bool) -> None:
    one = of(100, "ada@x.test", "ada")
    assert same(other, one.sealed(SALT)) is known
    assert same(other, one) is known


def test_without_addresses_all_answers_of_one_must_be_the_others() -> None:
    sealed = of(100, "ada", "crane").sealed(SALT)
    assert same(of(100, "ada", "crane"), sealed)
    assert same(of(100, "ada"), sealed)
    assert not same(of(100, "ada", "heron"), sealed)
    assert not same(of(100), sealed)


def test_a_proof_is_of_one_text_alone_and_does_not_hold_it() -> None:
    proof = proof_of("Ada@x.test", SALT)
    assert proves(proof, " ada@X.TEST")
    assert not proves(proof, "bob@x.test")
    assert "ada" not in proof.lower()
    assert proof != proof_of("Ada@x.test", b"others!!")
    assert not proves("", "")
    assert not proves("scrypt$zz$1", "a")


def test_an_adopted_response_that_was_erased_is_not_delivered_under_its_new_id(ferry: Ferry) -> None:
    ferry.respond("old-id", **ADA)
    ferry.deliver()
    found = ferry.show("old-id")
    body = msgspec.json.encode(msgspec.json.decode(found["body"]) | {"id": "new-id"})
    with ferry.app.database.write() as connection:
        through = {"adopted": {"through": found["submitted_at"]}}
        text = msgspec.json.encode(through).decode()
        connection.execute(sa.text("update submissions set door = 4"))
        connection.execute(sa.update(environments).values(configuration=text))
    ferry.app.erase(ferry.environment, [number_of(ferry, "old-id")])
    again = Received("new-id", body, found["submitted_at"], "SPONSORED", form_version_id=ferry.version_key)
    assert ferry.app.inbox.store(ferry.environment.id, Door.POLL, [again]) == []
    assert (ferry.show("new-id")["id"], ferry.show("new-id")["body"]) == (found["id"], None)
    assert "quensel" not in everything(ferry.app.database)
    other = body.replace(ADA["email"].encode(), BOB["email"].encode())
    bobs = Received("x", other, found["submitted_at"], "SPONSORED", form_version_id=ferry.version_key)
    assert len(ferry.app.inbox.store(ferry.environment.id, Door.POLL, [bobs])) == 1
    assert BOB["email"] in everything(ferry.app.database)
