"""Delivers one environment's open submissions: claim, match, plan, write, settle. One at a time per environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.delivery import intent
from leadferry.delivery.chunk_size import ChunkSize, sized
from leadferry.delivery.contacts import ContactPlan, plan_contacts
from leadferry.delivery.ids import environment_namespace, lead_id
from leadferry.delivery.mappers_store import Mappers, UnknownFormError
from leadferry.delivery.match_worker import Found, Matching
from leadferry.delivery.model import EventKind, Settlement
from leadferry.delivery.outcomes import RetryRules
from leadferry.delivery.plan import Action, ActionKind, Item, Rules, plan, read_name
from leadferry.delivery.settling import settlement, unreadable, unwanted
from leadferry.delivery.submission import ClaimedSubmission
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.surroundings_store import Stores, Surroundings, read_surroundings
from leadferry.delivery.write_worker import Writer
from leadferry.errors import BusyError, InputError, LeadferryError
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.matching.checks import check_strategy
from leadferry.mirror.following_worker import Following
from leadferry.mirror.model import LOOKUPS, Journey
from leadferry.watch.log import Log, bound
from leadferry.watch.tracing import span
from leadferry.words import worded

if TYPE_CHECKING:
    from leadferry.mirror.lead_columns import LeadColumns

log = Log("delivery")
Row = dict[str, Any]
DEFINITIONS_LAST_MS = 600_000
OnSettled = Callable[[Sequence[Settlement]], None]


class Delivery:
    """Holds what outlives a run: the client, table definitions, the chunk size that the service accepts."""

    def __init__(
        self,
        environment: Environment,
        client: DataverseClient,
        stores: Stores,
        submissions: SubmissionStore,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        console_url: str = "",
    ) -> None:
        self.environment, self.client, self.stores, self.submissions = environment, client, stores, submissions
        self.clock, self.sleep = clock, sleep
        self.namespace = environment_namespace(environment.organization_id or environment.url)
        self.chunk: ChunkSize | None = None
        self.claim_size = stores.environments.configuration(environment).claim_size
        self.notes: dict[str, None] = {}
        """Sentences about mappings that can never work, each once; their columns are left out, the leads cross."""
        self._tables: dict[str, Table] = {}
        self.following = Following(
            environment, client, stores, submissions.database, clock=clock, sleep=sleep, console_url=console_url
        )

    def run(self, on_settled: OnSettled = lambda _: None) -> int:
        """Until nothing is due. Returns how many submissions were settled.

        Raises BusyError when another process delivers here, and the error that stops the whole environment: then the
        submissions stay open and `trouble` of the environment says why.
        """
        settled = 0
        with self.submissions.database.alone(f"delivery-{self.environment.id}"):
            try:
                settled += self._recover(on_settled)
                while True:
                    settled += self._deliver_all(on_settled)
                    if not self._mirror_some():
                        break
            except LeadferryError as error:
                if not isinstance(error, BusyError):
                    self.stores.environments.set_trouble(self.environment.id, str(error))
                raise
            if settled:
                self.stores.environments.clear_trouble(self.environment.id)
        return settled

    def _deliver_all(self, on_settled: OnSettled) -> int:
        settled = 0
        while True:
            around = read_surroundings(self.stores, self.environment)
            claimed = self.submissions.claim(self.environment.id, around.configuration.claim_size)
            if not claimed:
                return settled
            count = len(claimed)
            with bound(claim=claimed[0].id), span("claim", claim=claimed[0].id, submissions=count):
                began = self.clock()
                log.info("claimed", submissions=count)
                actions = self._actions(claimed, around, on_settled)
                settled += count - len(actions)
                del claimed  # thousands of answers, which nobody needs while Dynamics writes
                settled += self._write_and_settle(actions, around, self._intent(actions), on_settled, began=began)

    def _mirror_some(self) -> bool:
        """Whether there may be more; leads that came meanwhile go first."""
        around = read_surroundings(self.stores, self.environment)
        mirror = self.following.mirror(around.configuration, self.table("lead"))
        if mirror is None:
            return False
        with span("mirror"):
            return mirror.round(around, self.table("lead"))

    def table(self, name: str) -> Table:
        """Read again after a while: somebody may have added a column or a choice."""
        known = self._tables.get(name)
        if known is None or self.clock() - known.read_at > DEFINITIONS_LAST_MS:
            known = self._tables[name] = self.client.table(name)
        return known

    def known_table(self, name: str) -> Table | None:
        """What `table` gave last, without asking."""
        return self._tables.get(name)

    # After our own death

    def _recover(self, on_settled: OnSettled) -> int:
        """Finishes what an earlier run had planned and may have written in part: the same plan, whatever the settings
        say today, after a look at what is there."""
        settled = 0
        for left in self.submissions.intents(self.environment.id):
            around = read_surroundings(self.stores, self.environment)
            actions = intent.from_bytes(left.body)
            settled += self._write_and_settle(actions, around, left.id, on_settled, in_doubt=True)
        return settled

    # One claim

    def _actions(
        self, claimed: Sequence[ClaimedSubmission], around: Surroundings, on_settled: OnSettled
    ) -> list[Action]:
        """One for each that can be delivered; what is left over is settled."""
        self._refuse_blind_strategy(around)
        journeys: dict[int, Journey] = {}
        items = self._mapped(claimed, around, journeys, on_settled)
        columns = self.following.lead_columns(around, self.table("lead"), journeys)
        matching = Matching(self.client, self.table, around)
        with span("match", submissions=len(items)):
            found = matching.candidates(items, columns.read if columns else ())
            if columns:
                columns.tallies = self.following.tallies(found.lead_ids, columns)
        with span("plan", submissions=len(items)):
            actions = self._plan(found, around, columns)
            self._contacts(actions, around, matching)
        return actions

    def _intent(self, actions: Sequence[Action]) -> int | None:
        """Kept before anything is written; None where nothing will be."""
        if not any(action.kind in {ActionKind.CREATE, ActionKind.UPDATE} and action.row for action in actions):
            return None
        return self.submissions.save_intent(self.environment.id, intent.to_bytes(actions))

    def _refuse_blind_strategy(self, around: Surroundings) -> None:
        """One that can match nobody would make a second lead of everybody: better wait for a person."""
        if wrong := check_strategy(around.strategy, around.mappings, self.table("lead")):
            fix = worded(
                "Map the field to another column, or change the matching strategy '{strategy}'.",
                strategy=around.strategy.name,
            )
            raise InputError(
                wrong[0], fix=worded("{fix} Until then all submissions wait.", fix=fix), code="strategy-unusable"
            )

    def _mapped(
        self,
        claimed: Sequence[ClaimedSubmission],
        around: Surroundings,
        journeys: dict[int, Journey],
        on_settled: OnSettled,
    ) -> list[Item]:
        """What cannot be read or is of a form that nobody knows needs a person, an unwanted test lead nothing: both are
        settled here."""
        mappers = Mappers(self.stores, self.environment, around, self.table("lead"))
        items, left_over = [], []
        for submission in claimed:
            if submission.test and not around.configuration.deliver_test_leads:
                left_over.append(
                    unwanted(submission, worded("Test leads are not delivered here (deliver_test_leads = no)."))
                )
                continue
            try:
                items.append(self._item(submission, mappers, around, journeys))
            except UnreadableResponseError as error:
                left_over.append(unreadable(submission, "unreadable-response", str(error)))
            except UnknownFormError as error:
                left_over.append(unreadable(submission, error.code, str(error)))
        self.notes |= dict.fromkeys(mappers.notes)
        if left_over:
            self.submissions.settle(left_over, mirrored_in=self._mirrored_in(around), told_in=self.environment.id)
            _tell(left_over)
            on_settled(left_over)
        return items

    def _item(
        self, submission: ClaimedSubmission, mappers: Mappers, around: Surroundings, journeys: dict[int, Journey]
    ) -> Item:
        response = to_form_response(submission.body)
        if log.debugging:
            log.debug("read", submission=submission.id, form=response.form_id, attempts=submission.attempts)
        mapped = mappers.of(submission, response)(response, mappers.context(submission, response))
        journeys[submission.id] = Journey(
            response.submitted_at, response.form_id, submission.campaign_id, submission.lead_id
        )
        return Item(
            submission.id,
            submission.response_id,
            lead_id(self.namespace, submission.response_id),
            mapped,
            around.row_owners.get(submission.owner_id or 0, ""),
            submission.attempts + 1,
            submission.lead_id,
            order=submission.order,
            test=submission.test,
        )

    # Plan

    def _plan(self, found: Found, around: Surroundings, columns: LeadColumns | None) -> list[Action]:
        rules = Rules(
            around.strategy.always_create,
            around.configuration.on_match_fail == "create",
            around.configuration.update_matched,
            around.strategy.name,
        )
        actions, index, debugging = [], found.candidates, log.debugging
        for item in found.items:
            match = index.find(item.mapped.values, only=item.order.removeprefix("lead:"))
            action = plan(item, match, rules)
            actions.append(action)
            if columns:
                columns.add(action, match.best)
            if debugging:
                log.debug("planned", submission=item.submission_id, kind=action.kind.value)
            # A later response of the same person in this claim is planned against this one's result.
            if action.kind is ActionKind.CREATE and action.row:
                index.add({**action.row, "statecode": 0, "modifiedon": "9999"})
            elif action.kind is ActionKind.UPDATE and action.lead_id:
                index.update(action.lead_id, {read_name(column): value for column, value in action.row.items()})
        return actions

    def _contacts(self, actions: Sequence[Action], around: Surroundings, matching: Matching) -> None:
        creates = [action for action in actions if action.kind is ActionKind.CREATE and action.row]
        if not around.strategy.create_contacts or not creates:
            return
        contacts = ContactPlan(self.table("lead"), self.table("contact"), around.strategy_columns, self.namespace)
        plan_contacts(contacts, creates, matching.contacts(creates, contacts))

    # Write and settle

    def _write_and_settle(
        self,
        actions: Sequence[Action],
        around: Surroundings,
        intent_id: int | None,
        on_settled: OnSettled,
        *,
        in_doubt: bool = False,
        began: int | None = None,
    ) -> int:
        configuration = around.configuration
        self.chunk = sized(self.chunk, configuration.write_chunk)
        contact = self.table("contact") if any(action.contact_row for action in actions) else None
        writer = Writer(
            self.client,
            self.table("lead"),
            contact,
            chunk=self.chunk,
            parallel=configuration.parallel,
            sleep=self.sleep,
        )
        with span("write", submissions=len(actions)):
            written = writer.carry_out(actions, in_doubt=in_doubt)
        rules = RetryRules(configuration.max_attempts, configuration.backoff_base_s, configuration.backoff_cap_s)
        now = self.clock()
        attempt = {} if began is None else {"took_ms": now - began, "together": len(actions)}
        settlements = [
            settlement(
                action,
                written.errors.get(action.submission_id),
                written.problems.get(action.submission_id, ()),
                now,
                rules,
                attempt,
            )
            for action in actions
        ]
        if any(found.column in LOOKUPS for some in written.problems.values() for found in some):
            self.following.doubt()
        mirrored_in = self._mirrored_in(around)
        recount = [key for action in actions for key in action.recount]
        with span("settle", submissions=len(settlements)):
            self.submissions.settle(
                settlements,
                intent_id=intent_id,
                mirrored_in=mirrored_in,
                recount=recount,
                told_in=self.environment.id,
            )
        _tell(settlements)
        on_settled(settlements)
        return len(settlements)

    def _mirrored_in(self, around: Surroundings) -> int | None:
        return self.environment.id if self.following.follows(around.configuration, self.table("lead")) else None


def _tell(settlements: Sequence[Settlement]) -> None:
    """A line a claim; each submission for those who debug."""
    counts = Counter(item.kind for item in settlements)
    log.info("settled", submissions=len(settlements), **{WORDS[kind]: count for kind, count in counts.items()})
    if log.debugging:
        for item in settlements:
            log.debug(
                "submission settled",
                submission=item.submission_id,
                kind=item.kind.label,
                state=item.state.label,
                attempts=item.attempts,
                due_at=item.due_at or None,
                code=item.detail.get("code"),
                status=item.detail.get("status"),
                request_id=item.detail.get("request_id"),
            )


WORDS = {kind: kind.label for kind in EventKind} | {EventKind.RETRY: "retrying"}
