"""What a person sees of the demonstration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from leadferry.delivery.model import MatchingStatus
from leadferry.engine.progress import Progress as Told
from leadferry.simulators.world.staff import STAFF

if TYPE_CHECKING:
    from leadferry.cli.demo_scene import DemoScene

COLORS = {
    MatchingStatus.CREATED: "green",
    MatchingStatus.UPDATED: "cyan",
    MatchingStatus.NOT_UPDATED: "blue",
    MatchingStatus.MATCH_FAILED: "yellow",
}


class DemoScreen:
    def __init__(self, file: IO[str]) -> None:
        self.console = Console(file=file, highlight=False)

    def introduce(self, responses: int) -> None:
        say = partial(self.console.print, soft_wrap=True)
        say("[bold]Leadferry[/bold] demonstration")
        say("Simulated: LinkedIn (Lead Sync API), Dynamics 365 (Dataverse Web API), Microsoft Entra (sign-in), as HTTP")
        say(
            "services on this machine, with invented people. Not simulated: everything between them. Nothing leaves it."
        )
        say(f"Preparing 2,000 leads in Dynamics and {responses:,} form responses at LinkedIn ...")

    def installing(self, done: int, steps: int) -> None:
        if done == 0:
            self.console.print(f"Installing Leadferry's solution in Dynamics: {steps} steps ...", soft_wrap=True)

    def connected(self, scene: DemoScene) -> None:
        app, environment = scene.app, scene.environment
        owners = app.owners.list(environment.id)
        accounts = sum(owner.kind == "sponsoredAccount" for owner in owners)
        forms = app.forms.list(environment.id)
        say = partial(self.console.print, soft_wrap=True)
        say()
        say(f"LinkedIn     {scene.linkedin.url}")
        say(f"Dynamics     {scene.dataverse.url}")
        names = f"environment [bold]{environment.name}[/bold], user profile [bold]{scene.world.member_name}[/bold]"
        say(f"Connected    {names}: {accounts} ad accounts, {len(owners) - accounts} company page, {len(forms)} forms")
        say(f"Matching     {app.strategies.active(environment.id).name}")
        say()

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[Told], None]]:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal) as bar:
            task = bar.add_task("starting", total=total)
            yield lambda told: bar.update(task, completed=told.settled, description=told.stage)

    def summary(self, figures: Mapping[str, Any]) -> None:
        table = Table(title="The first wave", title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
        table.add_column(justify="right", style="bold")
        table.add_column()
        for key, words in SUMMARY:
            table.add_row(f"{figures[key]:,}", words)
        self.console.print(table)
        verdict = "[green]Every form response has its outcome, and Dynamics agrees.[/green]"
        if figures["gap"] or figures["failed"] or figures["unexpected_leads"]:
            verdict = "[red]Something is missing, or too much is there: see the figures.[/red]"
        self.console.print(verdict)
        for trouble in figures["troubles"]:
            self.console.print(f"[yellow]{trouble}[/yellow]")
        self.console.print(
            f"{figures['seconds']} s, {figures['linkedin_requests']:,} requests to LinkedIn, "
            f"{figures['dynamics_requests']:,} to Dynamics, {figures['mirror_requests']:,} of them for the mirror.\n"
        )

    def living(self, scene: DemoScene) -> None:
        say = partial(self.console.print, soft_wrap=True)
        if scene.server:
            say(f"[bold]The console   {scene.server.url}[/bold]")
            say("Sign in as one of these people:")
            for one in STAFF:
                say(f"  {one.name:<15} {one.title}")
        say("\nSend a lead of your own with a form at LinkedIn, and see it arrive in Dynamics:")
        say(f"  {scene.linkedin.url}   {scene.dataverse.url}")
        say("From another terminal:")
        say(f"  LEADFERRY_DATA={scene.settings.data_folder} ./dev leadferry submissions list")
        say("\nNew responses keep arriving now, and cross within seconds. [bold]Ctrl-C[/bold] ends it.\n")

    def crossed(self, shown: Mapping[str, Any]) -> None:
        status: MatchingStatus = shown["matching_status"]
        took = shown["events"][-1]["at"] - shown["submitted_at"]
        color = COLORS.get(status, "red")
        mark = " [dim](test lead)[/dim]" if shown["test"] else ""
        self.console.print(
            f"  {shown['id']:>6}  [{color}]{status.label:<28}[/{color}] {took:>6,} ms  {shown['form'] or ''}{mark}",
            soft_wrap=True,
        )

    def goodbye(self) -> None:
        self.console.print("\nEnded.")


SUMMARY = (
    ("form_responses", "form responses at LinkedIn"),
    ("submissions", "form submissions stored"),
    ("created", "new leads created"),
    ("updated", "existing leads updated"),
    ("matched_not_updated", "leads matched but not updated (closed, or updating is off)"),
    ("match_failed", "held for review: a lead agrees in some strategy fields only"),
    ("failed", "need a person"),
    ("mirrored_submissions", "form submissions in Leadferry's own tables in Dynamics"),
    ("mirrored_answers", "answers there"),
    ("test_leads", "of them test leads"),
    ("gap", "gap: form responses without a proved outcome"),
    ("unexpected_leads", "leads in Dynamics that nobody asked for"),
)
