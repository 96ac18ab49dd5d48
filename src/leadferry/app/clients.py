"""The clients of the vendors' services, each counted."""

from __future__ import annotations

from dataclasses import replace

from leadferry.accounts.model import Environment, LinkedInApp
from leadferry.app.base import Base
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.guardian.quotas import DYNAMICS, LINKEDIN
from leadferry.http_client import Http
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.oauth_client import LinkedInOAuthClient
from leadferry.linkedin.tokens import OwnTokens, Tokens, TokenSource


class Clients(Base):
    def dataverse(self, environment: Environment, *, max_wait_s: float = 330.0) -> DataverseClient:
        credential = self.environments.credential(environment)
        tokens = ClientCredentials(
            environment.authority,
            environment.tenant_id,
            environment.client_id,
            environment.url,
            secret=credential.text if credential.kind == "secret" else "",
            certificate_pem=credential.text if credential.kind == "certificate" else "",
            http=self.watched(environment.id, DYNAMICS),
            clock=self.clock,
            sleep=self.tools.sleep,
        )
        parallel = self.environments.configuration(environment).parallel
        return DataverseClient(
            environment.url,
            tokens,
            self.watched(environment.id, DYNAMICS),
            parallel=parallel,
            max_wait_s=max_wait_s,
            clock=self.clock,
            sleep=self.tools.sleep,
        )

    def watched(self, environment_id: int, service: str) -> Http:
        """Our HTTP, counting what goes to the service for the environment."""
        return self.traffic.watched(self.http, environment_id, service)

    def linkedin_app(self, environment: Environment) -> LinkedInApp:
        """The environment's own, else the one of the settings, which may be empty."""
        settings = self.settings
        own = self.environments.linkedin_app(environment.id)
        version = self.linkedin_version(self.environments.by_id(environment.id))
        if own is not None:
            return replace(own, version=version)
        return LinkedInApp(settings.linkedin_client_id, settings.linkedin_client_secret, version)

    def oauth(self, environment: Environment) -> LinkedInOAuthClient:
        app = self.linkedin_app(environment)
        return LinkedInOAuthClient(
            self.settings.linkedin_oauth_url,
            app.client_id,
            app.client_secret,
            self.watched(environment.id, LINKEDIN),
            clock=self.clock,
            sleep=self.tools.sleep,
        )

    def linkedin_with(self, environment: Environment, tokens: Tokens) -> LinkedInClient:
        """With tokens that no profile holds yet; they are not renewed."""
        source = TokenSource(
            tokens, self.oauth(environment).refresh, OwnTokens(), clock=self.clock, sleep=self.tools.sleep
        )
        return self._linkedin(environment, source)

    def _linkedin(self, environment: Environment, tokens: TokenSource) -> LinkedInClient:
        return LinkedInClient(
            self.settings.linkedin_api_url,
            self.linkedin_version(environment),
            tokens,
            self.watched(environment.id, LINKEDIN),
            clock=self.clock,
            sleep=self.tools.sleep,
        )

    def linkedin_version(self, environment: Environment) -> str:
        """The environment's own, adopted by a person, else that of the settings."""
        return environment.linkedin_version or self.settings.linkedin_version

    def knows_linkedin_app(self, environment: Environment) -> bool:
        return self.linkedin_app(environment).known
