"""From the press on Authorize to accounts that appear (OC-33 to OC-37), and back: disconnecting a user profile."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from leadferry.accounts.consent_store import ConsentStore
from leadferry.accounts.consents import Consent, check_answer, code_in, used_already
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment, LinkedInApp, Member, UserProfile
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.scopes import made_invalid
from leadferry.clock import Clock
from leadferry.console.person import Person
from leadferry.errors import InputError, LinkedInError
from leadferry.http_client import Http
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.member_client import urn_from_roles, userinfo
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.tokens import Tokens
from leadferry.settings import Settings
from leadferry.words import _

log = logging.getLogger(__name__)


class Rooms(Protocol):
    """What the application brings."""

    settings: Settings
    clock: Clock
    environments: EnvironmentStore
    profiles: ProfileStore
    consents: ConsentStore

    @property
    def http(self) -> Http: ...

    def linkedin_app(self, environment: Environment) -> LinkedInApp: ...
    def oauth(self, environment: Environment) -> LinkedInOAuthClient: ...
    def linkedin_with(self, environment: Environment, tokens: Tokens) -> LinkedInClient: ...
    def look_first(self, environment: Environment, profile: UserProfile) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Disconnected:
    """`revoked`: LinkedIn took the tokens back too; None where it was not asked, for another profile needs them."""

    revoked: bool | None


class Connecting:
    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms

    def begin(self, environment: Environment, profile: UserProfile, *, person: Person, redirect_url: str) -> str:
        """LinkedIn's address where the member consents. Raises InputError where no app is known."""
        self.known_app(environment)
        settings = self.rooms.settings
        begun = self.rooms.consents.begin(
            environment.id,
            profile.id,
            session_hash=person.token_hash,
            redirect_url=redirect_url,
            scopes=settings.linkedin_scopes,
            begun_by=person.name,
            person_id=person.id,
        )
        challenge = challenge_of(begun.verifier) if settings.linkedin_pkce else ""
        oauth = self.rooms.oauth(environment)
        return oauth.authorization_url(redirect_url, begun.state, settings.linkedin_scopes, challenge)

    def known_app(self, environment: Environment) -> LinkedInApp:
        app = self.rooms.linkedin_app(environment)
        if not app.known:
            raise InputError(
                _("Leadferry does not know your LinkedIn app yet."),
                fix=_(
                    "Enter its client id and secret with the environment, at the console or with `leadferry "
                    "environment linkedin-app`; or set LEADFERRY_LINKEDIN_CLIENT_ID and "
                    "LEADFERRY_LINKEDIN_CLIENT_SECRET."
                ),
                code="linkedin-app-unknown",
            )
        return app

    def answered(self, answer: Mapping[str, str], session_hash: bytes) -> Consent:
        """LinkedIn sent the member back. What it gave is kept sealed until the environment is confirmed. Raises
        InputError for an answer that is not ours, LinkedInError for a refusal; neither changes anything."""
        consents = self.rooms.consents
        consent = check_answer(consents.by_state(answer.get("state", "")), session_hash, self.rooms.clock())
        verifier = consents.use(consent)
        if verifier is None:
            raise used_already()
        code = code_in(answer)
        environment = self.rooms.environments.by_id(consent.environment_id)
        used = verifier if self.rooms.settings.linkedin_pkce else ""
        tokens = self.rooms.oauth(environment).exchange(code, consent.redirect_url, used)
        consents.keep(consent, tokens, self.member(environment, tokens))
        return consent

    def member(self, environment: Environment, tokens: Tokens) -> Member:
        """Who consented, as far as the permissions let us see."""
        urn, name = "", ""
        if "openid" in tokens.scopes:
            urn, name = userinfo(self.rooms.settings.linkedin_api_url, tokens.access, self.rooms.http)
        if not urn:
            try:
                urn = urn_from_roles(self.rooms.linkedin_with(environment, tokens))
            except LinkedInError as error:
                log.info("the member could not be asked for: %s", error.code)
        return Member(urn, name)

    def confirm(self, environment: Environment, profile: UserProfile, consent: Consent) -> list[str]:
        """OC-36, *Yes*. Returns what of accounts and rights could not be seen, in words."""
        tokens = self.rooms.consents.take(consent)
        member = Member(consent.member_urn, consent.member_name)
        self.rooms.profiles.authorize(environment.id, profile.id, tokens, member, consent.begun_by)
        try:
            return self.rooms.look_first(environment, profile)
        except LinkedInError as error:
            return [str(error)]

    def refuse(self, environment: Environment, consent: Consent) -> None:
        """OC-36, *No*: nothing of it is kept, here or, where no other profile of the member needs it, there."""
        tokens = self.rooms.consents.take(consent)
        if not self._needed_elsewhere(consent.member_urn, 0):
            self._revoke(environment, tokens)

    def disconnect(self, environment: Environment, profile: UserProfile) -> Disconnected:
        tokens = self.rooms.profiles.tokens(environment.id, profile.id)
        self.rooms.profiles.disconnect(environment.id, profile.id)
        if tokens is None or self._needed_elsewhere(profile.member_urn, profile.id):
            return Disconnected(None)
        return Disconnected(self._revoke(environment, tokens))

    def made_invalid(self, environment: Environment, profile: UserProfile | None) -> list[UserProfile]:
        """Whose tokens end when the member of `profile` consents now, for they hold other permissions."""
        client_id = self.rooms.linkedin_app(environment).client_id
        environments = {one.id: one for one in self.rooms.environments.list()}
        of_app = [
            one
            for one in self.rooms.profiles.with_tokens()
            if self.rooms.linkedin_app(environments[one.environment_id]).client_id == client_id
        ]
        return made_invalid(of_app, profile, self.rooms.settings.linkedin_scopes)

    def lost_with_another_app(self, environment: Environment, client_id: str) -> list[UserProfile]:
        """Profiles of the environment that must be authorized again when its LinkedIn app is `client_id`: tokens belong
        to the app that they were given to."""
        before = self.rooms.linkedin_app(environment).client_id
        if (client_id.strip() or self.rooms.settings.linkedin_client_id) == before:
            return []
        return [one for one in self.rooms.profiles.with_tokens() if one.environment_id == environment.id]

    def _needed_elsewhere(self, member_urn: str, but: int) -> bool:
        """LinkedIn's revocation may end every token of the member and app (unconfirmed), so it is left alone then."""
        return any(one.id != but and one.member_urn == member_urn for one in self.rooms.profiles.with_tokens())

    def _revoke(self, environment: Environment, tokens: Tokens) -> bool:
        try:
            for token in filter(None, (tokens.refresh, tokens.access)):
                self.rooms.oauth(environment).revoke(token)
        except LinkedInError as error:
            log.info("tokens could not be revoked at LinkedIn: %s", error.code)
            return False
        return True


def challenge_of(verifier: str) -> str:
    """PKCE, S256 (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
