"""The frame of the pages for looking: one style sheet, no script, readable on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { color-scheme: light dark; --line: #d6d9de; --soft: #f3f4f6; --bar: #2266e3; --ink: #1b1f24; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3a4048; --soft: #22272e; --bar: #6ea0ff; --ink: #e6e8eb; --page: #16191d; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
header, main { max-width: 72rem; margin: 0 auto; padding: .75rem 1rem; }
header { border-bottom: 1px solid var(--line); }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; } a { color: var(--bar); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
nav a { display: inline-block; margin: 0 .75rem .25rem 0; } nav a[aria-current] { font-weight: 600; color: inherit; }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem; min-width: 0; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .25rem 1rem; margin: 0; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
.bar { display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr 4rem; gap: .6rem; align-items: center; }
.bar span:first-child { overflow-wrap: anywhere; } .track { background: var(--soft); border-radius: .25rem; }
.track i { display: block; height: 1.1rem; background: var(--bar); border-radius: .25rem; min-width: 2px; }
"""


def page(title: str, body: str) -> str:
    """`body` is HTML, `title` text."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – simulated Dataverse</title><style>{_STYLE}</style></head><body>"
        '<header><a href="/">Simulated Dataverse</a></header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text or "(no name)")}</a>'


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """`rows` have HTML, `heads` text."""
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class=wide><table><tr>{head}</tr>{body}</table></div>"
