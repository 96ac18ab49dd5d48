"""The frame of the pages for looking: one style sheet, no script, readable on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

_STYLE = """
:root {
  color-scheme: light dark; --accent: #0f6cbd; --canvas: #f2f4f7; --surface: #fff; --sunk: #eef1f4; --stroke: #dbe0e5;
  --text: #1b2227; --quiet: #57626b; --mark: #e3eefa;
  --c0: #0f6cbd; --c1: #0b7a75; --c2: #b4540a; --c3: #7a4fb5; --c4: #a6336e; --c5: #5d6b76;
}
@media (prefers-color-scheme: dark) {
  :root {
    --accent: #8cc0f5; --canvas: #14181b; --surface: #1e2428; --sunk: #2a3137; --stroke: #39424a; --text: #eef1f3;
    --quiet: #a9b4bc; --mark: #21384d;
    --c0: #6fb1f2; --c1: #4fc4bd; --c2: #f0a35e; --c3: #b99bea; --c4: #ee86b4; --c5: #a9b4bc;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--canvas); color: var(--text); -webkit-text-size-adjust: 100%;
  font: 0.9375rem/1.5 "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
a { color: var(--accent); text-underline-offset: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code { font: .8125rem/1.5 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; color: var(--quiet); }
.quiet { color: var(--quiet); font-size: .875rem; }
header.top { background: var(--surface); border-bottom: 1px solid var(--stroke); padding: 12px 20px; }
header.top { display: flex; flex-wrap: wrap; gap: 2px 16px; align-items: baseline; }
header.top a { color: inherit; text-decoration: none; font-weight: 600; }
header.top span { margin-left: auto; }
.frame { display: grid; grid-template-columns: 15rem minmax(0, 1fr); max-width: 92rem; margin: 0 auto; }
.side { padding: 20px 8px 32px 20px; }
.side h2, .menu h2 { font-size: .8125rem; font-weight: 600; color: var(--quiet); margin: 20px 12px 4px; }
.side h2:first-child { margin-top: 0; }
.side a, .menu a {
  display: block; padding: 7px 12px; border-radius: 6px; color: inherit; text-decoration: none; overflow-wrap: anywhere;
}
.side a:hover, .menu a:hover { background: var(--sunk); }
.side a[aria-current], .menu a[aria-current] {
  background: var(--mark); font-weight: 600; box-shadow: inset 3px 0 var(--accent);
}
.menu { display: none; }
main { padding: 20px 20px 48px; min-width: 0; } h1 + .cards { margin-top: 16px; }
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 600; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; font-weight: 600; margin: 28px 0 10px; }
h3 { font-size: 1rem; font-weight: 600; margin: 0 0 10px; }
.tabs { display: flex; flex-wrap: wrap; gap: 6px; margin: 14px 0; }
.tabs a {
  padding: 5px 12px; border: 1px solid var(--stroke); border-radius: 16px; background: var(--surface); color: inherit;
  text-decoration: none;
}
.tabs span { padding: 6px 4px 6px 0; color: var(--quiet); }
.tabs a:hover { border-color: var(--accent); }
.tabs a[aria-current] { background: var(--mark); border-color: var(--accent); font-weight: 600; }
.card { background: var(--surface); border: 1px solid var(--stroke); border-radius: 10px; padding: 16px 18px; }
.card, .cards > * { min-width: 0; }
.cards > .card:not(.card ~ .card):not(:has(~ .card)) { grid-column: 1 / -1; }
.card.table { padding: 4px 0; } .card.table > h3 { padding: 12px 18px 0; }
.cards { display: grid; gap: 16px; align-items: start; }
.cards { grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); }
.cards.charts { grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); align-items: stretch; }
.cards > .whole { grid-column: 1 / -1; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 8px 12px; border-bottom: 1px solid var(--stroke); vertical-align: top; }
th:first-child, td:first-child { padding-left: 18px; } th:last-child, td:last-child { padding-right: 18px; }
th { font-size: .8125rem; font-weight: 600; color: var(--quiet); white-space: nowrap; }
td { min-width: 6rem; max-width: 26rem; overflow-wrap: break-word; } tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: var(--sunk); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; min-width: 0; }
dl { display: grid; grid-template-columns: minmax(7rem, 11rem) minmax(0, 1fr); gap: 7px 16px; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
dl.strip { display: flex; flex-wrap: wrap; gap: 4px 32px; margin: 12px 0 4px; }
dl.strip dt { font-size: .8125rem; }
details.rest { margin-top: 24px; } summary { cursor: pointer; padding: 6px 0; font-weight: 600; }
.bars { display: grid; gap: 9px 12px; align-items: center; }
.bars { grid-template-columns: minmax(5rem, 40%) minmax(0, 1fr) auto; }
.bar { display: contents; } .bar span:first-child { overflow-wrap: anywhere; line-height: 1.3; }
.track { background: var(--sunk); border-radius: 4px; }
.track i { display: block; height: 16px; background: var(--c0); border-radius: 4px; min-width: 3px; }
svg { display: block; width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--quiet); }
.pie svg { max-width: 9rem; margin: 0 auto 14px; }
.key { list-style: none; margin: 0; padding: 0; } .key li { display: flex; gap: 8px; padding: 4px 0; line-height: 1.3; }
.key i { flex: none; width: 12px; height: 12px; border-radius: 3px; margin-top: 3px; }
.key .number { margin-left: auto; }
@media (min-width: 80rem) {
  .cards > .card:not(.card ~ .card):not(:has(~ .card)) > dl {
    grid-template-columns: repeat(2, minmax(7rem, 11rem) minmax(0, 1fr));
  }
}
@media (max-width: 60rem) {
  .frame { grid-template-columns: minmax(0, 1fr); } .side { display: none; } main { padding: 12px 14px 40px; }
  .menu { display: block; background: var(--surface); border-bottom: 1px solid var(--stroke); padding: 4px 14px; }
  header.top { padding: 10px 14px; } header.top span { margin-left: 0; width: 100%; } .narrow { display: none; }
}
@media (max-width: 34rem) {
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: 10px; }
  dl.strip dd { margin-bottom: 4px; }
}
"""


class Shown(NamedTuple):
    """`head` and `body` are HTML, `title` is text; `above` stands over the title, `head` under it."""

    title: str
    body: str
    above: str = ""
    head: str = ""


def page(shown: Shown, menu: str = "") -> str:
    """`menu` is HTML."""
    above = f"<div class=quiet>{shown.above}</div>" if shown.above else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(shown.title)} – simulated Dynamics 365</title><style>{_STYLE}</style></head><body>"
        '<header class=top><a href="/">Simulated Dynamics 365</a><span class=quiet>For looking only: '
        "what is here was written through the Web API.</span></header>"
        f"<details class=menu><summary>Menu</summary><nav aria-label=Menu>{menu}</nav></details>"
        f'<div class=frame><nav class=side aria-label="Menu at the side">{menu}</nav>'
        f"<main>{above}<h1>{escape(shown.title)}</h1>{shown.head}{shown.body}</main></div></body></html>"
    )


def link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text or "(no name)")}</a>'


def tabs(label: str, choices: Iterable[tuple[str, str, bool]]) -> str:
    """(address, text, whether it is the one that is shown)."""
    shown = "".join(
        f'<a href="{escape(address)}"{" aria-current=page" if now else ""}>{escape(text)}</a>'
        for address, text, now in choices
    )
    return f'<nav class=tabs aria-label="{escape(label)}"><span>{escape(label)}</span>{shown}</nav>' if shown else ""


def grid(label: str, heads: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    """`rows` have HTML, the others text. A wide one is scrolled sideways, by keyboard too."""
    if not rows:
        return '<p class="quiet card">Nothing is here yet.</p>'
    head = "".join(f"<th scope=col>{escape(one)}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    shown = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    region = f'<div class=wide tabindex=0 role=region aria-label="{escape(label)}">{shown}</div>'
    return f'<div class="card table">{region}</div>{f"<p class=quiet>{escape(note)}</p>" if note else ""}'
