"""Delivers one environment's open submissions: claim, match, plan, write, settle. One at a time per environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.delivery import intent
from leadferry.delivery.chunk_size import ChunkSize, sized
from leadferry.delivery.contacts import OPEN_ONLY, ContactPlan, plan_contacts
from leadferry.delivery.ids import environment_namespace, lead_id
from leadferry.delivery.lookups import lookup_questions, with_lookups
from leadferry.delivery.model import EventKind, Settlement
from leadferry.delivery.outcomes import RetryRules
from leadferry.delivery.plan import Action, ActionKind, Item, Rules, plan, read_name
from leadferry.delivery.settling import settlement, unreadable, unwanted
from leadferry.delivery.submission import ClaimedSubmission
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.surroundings_store import Stores, Surroundings, read_surroundings
from leadferry.delivery.write_worker import Writer
from leadferry.errors import BusyError, InputError, LeadferryError
from leadferry.forms.model import FormResponse
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.mapping.compile import Mapper, compile_mapping
from leadferry.mapping.model import Context, Problem, ProblemKind
from leadferry.matching.candidates import CandidateIndex
from leadferry.matching.checks import check_strategy
from leadferry.matching.query import values_to_ask
from leadferry.mirror.following_worker import Following
from leadferry.mirror.model import LOOKUPS, Journey
from leadferry.watch.log import Log, bound, carrying
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
            with bound(claim=claimed[0].id), span("claim", claim=claimed[0].id, submissions=len(claimed)):
                settled += self._deliver(claimed, around, on_settled)

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

    def _deliver(self, claimed: Sequence[ClaimedSubmission], around: Surroundings, on_settled: OnSettled) -> int:
        began = self.clock()
        log.info("claimed", submissions=len(claimed))
        self._refuse_blind_strategy(around)
        journeys: dict[int, Journey] = {}
        items = self._mapped(claimed, around, journeys, on_settled)
        columns = self.following.lead_columns(around, self.table("lead"), journeys)
        with span("match", submissions=len(items)):
            index, mapped = self._candidates(items, around, columns)
        with span("plan", submissions=len(mapped)):
            actions = self._plan(mapped, index, around, columns)
            self._contacts(actions, around)
        intent_id = None
        if any(action.kind in {ActionKind.CREATE, ActionKind.UPDATE} and action.row for action in actions):
            intent_id = self.submissions.save_intent(self.environment.id, intent.to_bytes(actions))
        return len(claimed) - len(items) + self._write_and_settle(actions, around, intent_id, on_settled, began=began)

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
        mappers = _Mappers(self.stores, self.environment, around, self.table("lead"), journeys)
        items, left_over = [], []
        for submission in claimed:
            if submission.test and not around.configuration.deliver_test_leads:
                left_over.append(
                    unwanted(submission, worded("Test leads are not delivered here (deliver_test_leads = no)."))
                )
                continue
            try:
                items.append(self._item(submission, mappers, around))
            except UnreadableResponseError as error:
                left_over.append(unreadable(submission, "unreadable-response", str(error)))
            except _UnknownFormError as error:
                left_over.append(unreadable(submission, error.code, str(error)))
        self.notes |= dict.fromkeys(mappers.notes)
        if left_over:
            self.submissions.settle(left_over, mirrored_in=self._mirrored_in(around), told_in=self.environment.id)
            _tell(left_over)
            on_settled(left_over)
        return items

    def _item(self, submission: ClaimedSubmission, mappers: _Mappers, around: Surroundings) -> Item:
        response = to_form_response(submission.body)
        log.debug("read", submission=submission.id, form=response.form_id, attempts=submission.attempts)
        mapped = mappers.of(submission, response)(response, _context(submission, response, around, mappers))
        mappers.journeys[submission.id] = Journey(
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

    # Match

    def _candidates(
        self, items: list[Item], around: Surroundings, more: LeadColumns | None
    ) -> tuple[CandidateIndex, list[Item]]:
        columns = around.strategy_columns
        size = around.configuration.lookup_chunk
        chunks = [items[i : i + size] for i in range(0, len(items), size)]
        select = sorted({*self._select(items, columns), *(more.read if more else ())})
        with ThreadPoolExecutor(around.configuration.parallel, initializer=carrying()) as pool:
            asked = [values_to_ask([item.mapped for item in some], columns) for some in chunks]
            found = pool.map(
                lambda values: self._find("lead", values, select), [] if around.strategy.always_create else asked
            )
            resolved = pool.map(self._with_lookups, chunks)
            rows = {row["leadid"]: row for answer in found for row in answer}
            items = [item for some in resolved for item in some]
        rows |= self._ordered_leads(items, select)
        if more:
            more.tallies = self.following.tallies(rows.keys(), more)
        items = self._after_earlier_attempts(items)
        everything_asked = {column: chain.from_iterable(some.get(column, ()) for some in asked) for column in columns}
        return CandidateIndex(rows.values(), columns, "leadid", asked=everything_asked), items

    def _find(
        self, table: str, asked: Mapping[str, Sequence[str]], select: Sequence[str], extra_filter: str | None = None
    ) -> list[Row]:
        if not asked:
            return []
        return self.client.find_any(self.table(table).entity_set, asked, select=select, extra_filter=extra_filter)

    def _select(self, items: Iterable[Item], columns: Sequence[str]) -> list[str]:
        written = {read_name(column) for item in items for column in item.mapped.values}
        written |= {f"_{lookup.column}_value" for item in items for lookup in item.mapped.lookups}
        return sorted({"leadid", "statecode", "modifiedon", *columns, *written})

    def _ordered_leads(self, items: Iterable[Item], select: Sequence[str]) -> dict[str, Row]:
        """Leads that a person named when deciding a review."""
        wanted = [item.order.removeprefix("lead:") for item in items if item.order.startswith("lead:")]
        return self.client.rows_by_id("leads", "leadid", wanted, select) if wanted else {}

    def _after_earlier_attempts(self, items: list[Item]) -> list[Item]:
        """A submission that comes again may have its lead: an answer got lost, and the retries with it."""
        doubtful = [item.own_lead_id for item in items if item.attempts > 1 and not item.delivered_lead_id]
        if not doubtful:
            return items
        made = self.client.existing_ids("leads", "leadid", doubtful)
        return [replace(item, made_already=True) if item.own_lead_id in made else item for item in items]

    def _with_lookups(self, items: list[Item]) -> list[Item]:
        answers = {}
        for question in lookup_questions(items):
            table = self.table(question.table)
            rows = self.client.find_any(
                table.entity_set,
                {question.match_column: question.texts},
                select=[table.primary_id, question.match_column],
            )
            answers[question] = (table, rows)
        return with_lookups(items, answers, self.table("lead")) if answers else items

    # Plan

    def _plan(
        self, items: Iterable[Item], index: CandidateIndex, around: Surroundings, columns: LeadColumns | None
    ) -> list[Action]:
        rules = Rules(
            around.strategy.always_create,
            around.configuration.on_match_fail == "create",
            around.configuration.update_matched,
            around.strategy.name,
        )
        actions = []
        for item in items:
            match = index.find(item.mapped.values, only=item.order.removeprefix("lead:"))
            action = plan(item, match, rules)
            actions.append(action)
            if columns:
                columns.add(action, match.best)
            log.debug("planned", submission=item.submission_id, kind=action.kind.value)
            # A later response of the same person in this claim is planned against this one's result.
            if action.kind is ActionKind.CREATE and action.row:
                index.add({**action.row, "statecode": 0, "modifiedon": "9999"})
            elif action.kind is ActionKind.UPDATE and action.lead_id:
                index.update(action.lead_id, {read_name(column): value for column, value in action.row.items()})
        return actions

    def _contacts(self, actions: Sequence[Action], around: Surroundings) -> None:
        creates = [action for action in actions if action.kind is ActionKind.CREATE and action.row]
        if not around.strategy.create_contacts or not creates:
            return
        contacts = ContactPlan(self.table("lead"), self.table("contact"), around.strategy_columns, self.namespace)
        size = around.configuration.lookup_chunk
        chunks = [creates[i : i + size] for i in range(0, len(creates), size)]
        with ThreadPoolExecutor(around.configuration.parallel, initializer=carrying()) as pool:
            found = pool.map(
                lambda some: self._find("contact", contacts.values_to_ask(some), contacts.select, OPEN_ONLY), chunks
            )
            rows = {row["contactid"]: row for answer in found for row in answer}
        plan_contacts(contacts, creates, rows.values())

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


def _note(problem: Problem) -> str:
    sentence = f"{problem.field}: {problem.detail}."
    if problem.kind not in {ProblemKind.NO_COLUMN, ProblemKind.READ_ONLY_COLUMN}:
        return sentence
    return worded(
        "{sentence} Its answers are left out; `leadferry mappings set` gives the field another column.",
        sentence=sentence,
    )


class _UnknownFormError(LeadferryError):
    code = "form-unknown"


class _Mappers:
    """Compiled mappings by form version, for one claim."""

    def __init__(
        self,
        stores: Stores,
        environment: Environment,
        around: Surroundings,
        lead: Table,
        journeys: dict[int, Journey],
    ) -> None:
        self.stores, self.environment, self.around, self.lead = stores, environment, around, lead
        self.journeys = journeys
        self._compiled: dict[int | tuple[int, int], Mapper] = {}
        self.form_names: dict[int, str] = {}
        self.notes: list[str] = []

    def of(self, submission: ClaimedSubmission, response: FormResponse) -> Mapper:
        key = submission.form_version_id or (response.form_id, response.version)
        if key not in self._compiled:
            self._compiled[key] = self._compile(submission, response)
        return self._compiled[key]

    def _compile(self, submission: ClaimedSubmission, response: FormResponse) -> Mapper:
        form = (
            self.stores.forms.version_by_key(submission.form_version_id)
            if submission.form_version_id
            else self.stores.forms.nearest(self.environment.id, response.form_id, response.version)
        )
        if form is None:
            raise _UnknownFormError(
                worded(
                    "Form {form_id} (version {version}) is not known, so its answers have no names.",
                    form_id=response.form_id,
                    version=response.version,
                ),
                fix=worded("When LinkedIn shows the form to an authorized user profile again, replay the submission."),
            )
        self.form_names[response.form_id] = form.name
        settings = self.around.configuration.mapping_settings()
        mapper = compile_mapping(form, self.around.mappings, self.lead, settings)
        self.notes += [_note(problem) for problem in mapper.standing_problems]
        return mapper


def _context(submission: ClaimedSubmission, response: FormResponse, around: Surroundings, mappers: _Mappers) -> Context:
    owner = around.owners.get(submission.owner_id or 0)
    return Context(
        form_name=mappers.form_names.get(response.form_id, ""),
        campaign_name=response.campaign_name or around.campaign_names.get(submission.campaign_id or 0, ""),
        campaign_id=response.campaign_urn.rpartition(":")[2],
        account_name=owner.name if owner else "",
        account_id=owner.urn.rpartition(":")[2] if owner else "",
        profile_name=around.profile_names.get(submission.owner_id or 0, ""),
    )
