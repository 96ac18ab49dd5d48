"""Guardian's duties: renews tokens in time, looks at everything every hour, asks LinkedIn daily what members may do and
what ads cost, and Dynamics hourly what became of leads, counts nightly. One process does them at a time; what was done
last stands in the tables, so any other can take over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from leadferry.accounts.days import end_of_day
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Authorization, Environment, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.permission_store import PermissionStore
from leadferry.accounts.permissions import Permission
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.sealed_store import SealedStore
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.errors import BusyError, LeadferryError, ServiceError
from leadferry.guardian import consents, credentials, crossings, hooks, machine, quotas, roles, versions
from leadferry.guardian.duties import daily, hourly, nightly
from leadferry.guardian.facts_store import FactsStore, free_space
from leadferry.guardian.finding_store import FindingStore
from leadferry.guardian.model import HOUR_MS, Check, Finding, by_urgency, still_worse
from leadferry.guardian.request_store import RequestStore
from leadferry.guardian.ringing import Bell, ring_of
from leadferry.guardian.traffic_client import Traffic
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.tokens import TokenSource, is_due, renew_before_ms
from leadferry.store.database import Database
from leadferry.webhooks.webhook_store import WebhookStore

LOCK = "guardian"
CONSENTS = frozenset({Check.CONSENT, Check.TOKEN})
LOOKED_AT = frozenset(Check) - {Check.GAP}
"""By every look; the reconciliation takes longer and has a finding of its own."""


class FormCount(Protocol):
    linkedin: int
    stored: int
    settled: int
    review: int
    failed: int
    leads_missing: int


class Passing(Protocol):
    """What is kept for a while."""

    def forget_old(self) -> None: ...


class Rooms(Protocol):
    """What Guardian needs of the application."""

    settings: Any
    database: Database
    clock: Clock
    environments: EnvironmentStore
    profiles: ProfileStore
    owners: OwnerStore
    permissions: PermissionStore
    findings: FindingStore
    requests: RequestStore
    traffic: Traffic
    sealed: SealedStore
    webhooks: WebhookStore

    @property
    def alerts(self) -> Bell: ...

    @property
    def idempotency(self) -> Passing: ...

    @property
    def uploads(self) -> Passing: ...

    def linkedin(self, profile: UserProfile) -> LinkedInClient: ...
    def token_source(self, profile: UserProfile) -> TokenSource: ...
    def linkedin_version(self, environment: Environment) -> str: ...
    def knows_linkedin_app(self, environment: Environment) -> bool: ...
    def oauth(self, environment: Environment) -> LinkedInOAuthClient: ...
    def dataverse(self, environment: Environment) -> DataverseClient: ...
    def check_permissions(self, environment: Environment, profile: UserProfile) -> list[Permission]: ...
    def reconcile(self, environment: Environment) -> Sequence[FormCount]: ...
    def keep_reconciliation(self, environment: Environment, forms: Sequence[FormCount]) -> None: ...
    def read_costs(self, environment: Environment) -> list[str]: ...
    def read_outcomes(self, environment: Environment) -> int: ...
    def solution_finding(self, environment: Environment) -> Finding | None: ...
    def adoption_finding(self, environment: Environment) -> Finding | None: ...
    def wake(self, environment_id: int) -> None: ...


@dataclass
class _Asked:
    """What the services said when they were asked just now."""

    live: bool = False
    dynamics: LeadferryError | None = None
    linkedin_app: str = ""
    switched_off: bool = False


class Guardian:
    def __init__(self, rooms: Rooms, on_trouble: Callable[[Exception], None] = lambda _: None) -> None:
        self.rooms, self.on_trouble, self.clock = rooms, on_trouble, rooms.clock
        self.facts = FactsStore(rooms.database, rooms.clock)
        self._tried: dict[tuple[str, int], int] = {}
        self._recount: set[int] = set()

    # The round of duties

    def run(self, stop: threading.Event, environments: Callable[[], Iterable[Environment]]) -> None:
        while not stop.is_set():
            self.tick(environments())
            stop.wait(self.rooms.settings.guardian_interval_s)

    def tick(self, environments: Iterable[Environment]) -> None:
        """What is due now, unless another process is at it."""
        self.rooms.traffic.flush_when_due()
        alarmed = self.rooms.traffic.alarmed()
        try:
            with self.rooms.database.alone(LOCK):
                for environment in environments:
                    self._guarded(lambda one=environment: self._duties(one, one.id in alarmed))  # type: ignore[misc]
                self._once_a_day("forget", 0, self.rooms.requests.forget_old)
                self._once_a_day("forget answers", 0, self.rooms.idempotency.forget_old)
                self.rooms.uploads.forget_old()
        except BusyError:
            return

    def _guarded(self, duty: Callable[[], object]) -> None:
        """One environment's trouble keeps no other from being looked at, and no defect ends the round."""
        try:
            duty()
        except Exception as error:  # the duty is tried again by itself
            self.on_trouble(error)

    def _duties(self, environment: Environment, alarmed: bool) -> None:
        for profile in self._authorized(environment):
            self._guarded(lambda one=profile: self.renew(one))  # type: ignore[misc]
        if alarmed or hourly(self.rooms.findings.checked_at(environment.id, Check.DATABASE), self.clock()):
            self.look(environment)
        for profile in self._authorized(environment):
            if daily(profile.rights_checked_at, self.clock()) and self._may_try("rights", profile.id):
                self._guarded(lambda one=profile: self.look_at_rights(environment, one))  # type: ignore[misc]
        self._guarded(lambda: self.rooms.read_costs(environment))
        self._guarded(lambda: self.rooms.read_outcomes(environment))
        due = nightly(self.rooms.findings.checked_at(environment.id, Check.GAP), self.clock())
        if due or environment.id in self._recount:
            self.count(environment)

    def _may_try(self, duty: str, key: int) -> bool:
        """A duty that failed is not tried again within the hour."""
        now = self.clock()
        if now - self._tried.get((duty, key), 0) < HOUR_MS:
            return False
        self._tried[duty, key] = now
        return True

    def _once_a_day(self, duty: str, key: int, do: Callable[[], None]) -> None:
        if daily(self._tried.get((duty, key)), self.clock()):
            self._tried[duty, key] = self.clock()
            do()

    # Single duties

    def renew(self, profile: UserProfile) -> None:
        """An access token that is due."""
        tokens = self.rooms.profiles.tokens(profile.environment_id, profile.id)
        if tokens and tokens.refresh and is_due(tokens, self.clock()) and self._may_renew(profile):
            self.rooms.token_source(profile).token()

    def _may_renew(self, profile: UserProfile) -> bool:
        """Every ten minutes where it fails; a success is not due again for long."""
        now, key = self.clock(), ("renew", profile.id)
        if now - self._tried.get(key, 0) < 600_000:
            return False
        self._tried[key] = now
        return True

    def look_at_rights(self, environment: Environment, profile: UserProfile) -> None:
        self.rooms.check_permissions(environment, profile)
        self.keep(environment, self._roles(environment), {Check.PERMISSION})

    def count(self, environment: Environment) -> Finding | None:
        """The reconciliation. What has just come in counts as a gap for seconds: a gap is counted twice before it is
        told. None: it will be counted again."""
        try:
            forms = self.rooms.reconcile(environment)
        except LeadferryError as error:
            finding = crossings.not_counted(error.message, error.fix)
        else:
            self.rooms.keep_reconciliation(environment, forms)
            finding = crossings.gap_finding(_summed(forms))
            if crossings.has_gap(finding) and environment.id not in self._recount:
                self._recount.add(environment.id)
                self.rooms.wake(environment.id)
                return None
        self._recount.discard(environment.id)
        self.keep(environment, [finding], {Check.GAP})
        return finding

    # Looking

    def look(self, environment: Environment, *, live: bool = True) -> list[Finding]:
        """Looks at everything, keeps what was found and tells people. `live` asks the services; else only what is
        stored counts."""
        found = self.examine(environment, live=live)
        left = frozenset() if live else still_worse(found, self.rooms.findings.list(environment.id))
        self.keep(environment, [one for one in found if one.check not in left], LOOKED_AT - left)
        return self.rooms.findings.list(environment.id)

    def look_at_consents(self, environment_id: int) -> None:
        """At once, when LinkedIn has refused a member's tokens, or the member has consented again."""
        environment = self.rooms.environments.by_id(environment_id)
        self.keep(environment, self._consents(environment), CONSENTS)

    def look_at_version(self, environment_id: int) -> None:
        """At once, when a person has adopted another."""
        environment = self.rooms.environments.by_id(environment_id)
        finding = versions.version_finding(self.rooms.linkedin_version(environment), self.clock())
        self.keep(environment, [finding], {Check.VERSION})

    def look_at_adoption(self, environment: Environment) -> None:
        """At once, when somebody has looked at Microsoft's tables, or taken over what they hold."""
        finding = self.rooms.adoption_finding(environment)
        self.keep(environment, [finding] if finding else [], {Check.ADOPTION})

    def look_at_sign_in(self, *, refused: bool) -> None:
        """At once, when Entra has refused the secret of people's sign-in, or has taken it."""
        for environment in self.rooms.environments.list():
            if refused != credentials.still_refused(self.rooms.findings.list(environment.id)):
                self.keep(environment, self._sign_in(refused=refused), {Check.SIGN_IN})

    def look_at_webhooks(self, environment_id: int) -> None:
        """At once, when one was paused, has failed for long, or is well again."""
        environment = self.rooms.environments.by_id(environment_id)
        self.keep(environment, self._webhooks(environment), {Check.WEBHOOK})

    def examine(self, environment: Environment, *, live: bool = True) -> list[Finding]:
        """What is found, not kept and not told."""
        asked = self._ask(environment) if live else _Asked()
        environment = self.rooms.environments.by_id(environment.id)
        now, rooms = self.clock(), self.rooms
        dynamics_code = asked.dynamics.code if asked.dynamics else ""
        found = [
            *self._consents(environment),
            versions.version_finding(rooms.linkedin_version(environment), now, switched_off=asked.switched_off),
            credentials.credential_finding(
                environment.credential_kind, environment.credential_expires_at, now, code=dynamics_code
            ),
            *self._sign_in(refused=credentials.still_refused(rooms.findings.list(environment.id))),
            credentials.linkedin_app_finding(asked.linkedin_app, known=self._knows_app(environment)),
            *self._roles(environment),
            *self._quotas(environment),
            *self._crossing(environment, asked),
            *self._webhooks(environment),
            *self._machine(),
        ]
        if live and not asked.dynamics:
            of_dynamics = (rooms.solution_finding(environment), rooms.adoption_finding(environment))
            found += [one for one in of_dynamics if one]
        return by_urgency(found)

    def keep(self, environment: Environment, found: Sequence[Finding], checks: Iterable[Check]) -> None:
        """Stores, and rings."""
        gone = self.rooms.findings.save(environment.id, found, set(checks))
        for finding in gone:
            self.rooms.alerts.resolve_others(environment.id, ring_of(finding).start, ())
        for finding in found:
            self._ring(environment, finding)

    def _ring(self, environment: Environment, finding: Finding) -> None:
        ring, bell = ring_of(finding), self.rooms.alerts
        if ring.key:
            address = f"/e/{environment.id}/{ring.address}"
            words = (finding.title, finding.detail, finding.fix, address)
            bell.open(environment.id, ring.event, ring.key, finding.level.value, *words)
        bell.resolve_others(environment.id, ring.start, (ring.key,) if ring.key else ())

    # What is asked of the services

    def _ask(self, environment: Environment) -> _Asked:
        asked = _Asked(live=True)
        try:
            self.rooms.dataverse(environment).who_am_i()
        except LeadferryError as error:
            asked.dynamics = error
        for number, profile in enumerate(self._authorized(environment)):
            try:
                self._prove(environment, profile)
                if number == 0:
                    self.rooms.linkedin(profile).try_token()
            except LeadferryError as error:
                asked.linkedin_app = asked.linkedin_app or _of_app(error)
                asked.switched_off |= error.code == "linkedin-version-sunset"
        return asked

    def _prove(self, environment: Environment, profile: UserProfile) -> None:
        """Whether LinkedIn still takes the member's tokens; a refusal shows on the profile."""
        source = self.rooms.token_source(profile)
        token = source.token()
        if not self.rooms.knows_linkedin_app(environment):
            return
        try:
            told = self.rooms.oauth(environment).introspect(token)
        except ServiceError as error:
            if _of_app(error):
                raise
            return  # of another app, or LinkedIn is out of reach: the pull tells
        if not told.active:
            source.after_refusal(token)

    def _authorized(self, environment: Environment) -> list[UserProfile]:
        known = self.rooms.profiles.list(environment.id)
        return [profile for profile in known if profile.authorization is Authorization.AUTHORIZED]

    # What is known

    def _consents(self, environment: Environment) -> list[Finding]:
        found: list[Finding] = []
        for profile in self.rooms.profiles.list(environment.id):
            consent = consents.Consent(profile, *self._renewal(profile))
            found.append(consents.consent_finding(consent, self.clock()))
            if token := consents.token_finding(consent, self.clock()):
                found.append(token)
        return found

    def _renewal(self, profile: UserProfile) -> tuple[bool, int]:
        """Whether the access token can be renewed, and from when on."""
        try:
            tokens = self.rooms.profiles.tokens(profile.environment_id, profile.id)
        except LeadferryError:  # sealed with a master key that is lost: the key's own finding tells
            return profile.refresh_expires_at is not None, profile.access_expires_at or 0
        if tokens is None or not tokens.refresh:
            return False, 0
        return True, tokens.access_expires_at - renew_before_ms(tokens)

    def _sign_in(self, *, refused: bool) -> list[Finding]:
        """Where people sign in by an app registration of its own; the first environment's is looked at as such."""
        settings = self.rooms.settings
        if not settings.entra_client_secret:
            return []
        ends = end_of_day(settings.entra_client_secret_expires)
        return [credentials.sign_in_finding(ends, self.clock(), refused=refused)]

    def _knows_app(self, environment: Environment) -> bool:
        try:
            return self.rooms.knows_linkedin_app(environment)
        except LeadferryError:  # as above
            return True

    def _roles(self, environment: Environment) -> list[Finding]:
        names = {profile.id: profile.name for profile in self.rooms.profiles.list(environment.id)}
        known = self.rooms.permissions.of_environment(environment.id)
        return roles.permission_findings(self.rooms.owners.list(environment.id), known, names)

    def _quotas(self, environment: Environment) -> list[Finding]:
        self.rooms.traffic.flush()
        today, a_day = self.rooms.requests.today(environment.id), self.rooms.settings.dynamics_requests_a_day
        remaining = self.rooms.traffic.remaining.get(environment.id)
        return [quotas.linkedin_quota_finding(today), quotas.dynamics_quota_finding(today, a_day, remaining)]

    def _crossing(self, environment: Environment, asked: _Asked) -> list[Finding]:
        now, cursors = self.clock(), self.rooms.owners.cursors(environment.id)
        trouble, fix = environment.trouble, ""
        if asked.dynamics is not None:
            trouble, fix = asked.dynamics.message, asked.dynamics.fix
        newest = max((cursor.polled_at for cursor in cursors), default=None)
        troubles = [cursor.trouble for cursor in cursors if cursor.trouble]
        return [
            crossings.delivery_finding(trouble, environment.trouble_at, checked=asked.live, fix=fix),
            crossings.stuck_finding(self.facts.waiting(environment.id), now),
            crossings.intake_finding(newest, troubles, self.rooms.settings.poll_interval_s, now),
        ]

    def _webhooks(self, environment: Environment) -> list[Finding]:
        return hooks.webhook_findings(self.rooms.webhooks.list(environment.id), self.clock())

    def _machine(self) -> list[Finding]:
        uses = self.rooms.sealed.uses()
        older = sum(use.count for use in uses if use.known and not use.newest)
        unknown = sum(use.count for use in uses if not use.known)
        return [
            machine.clock_finding(self.rooms.traffic.skews_ms),
            machine.database_finding(self.facts.kind, self.facts.database_size(), self.facts.write_error()),
            machine.disk_finding(*free_space(self.rooms.settings.data_folder)),
            machine.key_finding(older, unknown),
        ]


def _summed(forms: Sequence[FormCount]) -> crossings.Count:
    return crossings.Count(
        sum(form.linkedin for form in forms),
        sum(form.settled for form in forms),
        sum(form.review for form in forms),
        sum(form.failed for form in forms),
        sum(form.leads_missing for form in forms),
    )


def _of_app(error: LeadferryError) -> str:
    return error.code if error.code == "linkedin-bad-client-secret" else ""
