"""`./dev bench mirror`: what the mirror costs, beside the same leads without it.

    ./dev bench mirror                 2,000 leads with 5 answers each, 500 rows a chunk
    ./dev bench mirror --leads 10000

Against our own simulated Dynamics in the same process, so seconds are the simulator's and ours together; requests are
what Dynamics would count.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests")]

import simulated  # noqa: E402
from delivery.conftest import FIELDS, Ferry, open_ferry  # noqa: E402
from environments import StandingClock  # noqa: E402
from services import Dynamics  # noqa: E402

LIMIT = 8
"""More requests per 1,000 leads than this, and the command ends with exit code 1."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=2_000)
    leads = parser.parse_args().leads
    found = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        simulated.with_solution(StandingClock()) as running,
        open_ferry(Dynamics(running), Path(folder), "sqlite") as ferry,
    ):
        crossed(ferry, "begin", 1)  # definitions, forms, mappings and strategies: once, whatever follows
        for mirror in ("yes", "no"):
            ferry.configure("mirror", mirror)
            found[mirror] = crossed(ferry, mirror, leads)
    print("| mirror | requests per 1,000 leads | seconds |\n|---|---|---|")
    for mirror, (requests, seconds) in found.items():
        print(f"| {'on' if mirror == 'yes' else 'off'} | {1000 * requests / leads:.1f} | {seconds:.1f} |")
    more = 1000 * (found["yes"][0] - found["no"][0]) / leads
    print(f"\n{more:.1f} more requests per 1,000 leads; at most {LIMIT} are allowed.")
    return int(more > LIMIT)


def crossed(ferry: Ferry, wave: str, leads: int) -> tuple[int, float]:
    """Requests and seconds."""
    answers: dict[str, Any] = {name.lower(): "x" for name in FIELDS}
    for person in range(leads):
        ferry.respond(**{**answers, "email": f"p{person}-{wave}@x.test"})
    before, began = _requests(ferry), time.perf_counter()
    created = ferry.deliver().created
    if created != leads:
        sys.exit(f"{created} of {leads} leads crossed.")
    return _requests(ferry) - before, time.perf_counter() - began


def _requests(ferry: Ferry) -> int:
    return sum(count for label, count in ferry.dynamics.counts().items() if "oken" not in label)


if __name__ == "__main__":
    sys.exit(main())
