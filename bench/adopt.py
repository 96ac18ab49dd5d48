"""`./dev bench adopt`: what taking over from Microsoft's connector needs of memory and requests, however much it left.

    ./dev bench adopt                          10,000 and 100,000 submissions with 9 answers each
    ./dev bench adopt 2000 20000 --dry-run     only the look

Each number in an environment of its own: the simulator, filled by itself, is one process, `leadferry adopt --yes`
another, whose peak memory is told as the system counts it (Linux).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadferry.http_client import HttpClient
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID

COMMAND = (sys.executable, "-m", "leadferry")
MORE_MB = 20
"""More than this between the smallest and the largest number, and the command ends with exit code 1."""


@dataclass(frozen=True, slots=True)
class Found:
    submissions: int
    peak_mb: float
    requests: int
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--dry-run", action="store_true", help="Only the look that comes first.")
    asked = parser.parse_args()
    found = [measured(number, dry_run=asked.dry_run) for number in asked.numbers]
    print("| submissions | peak MB | requests | per 1,000 | seconds |\n|---|---|---|---|---|")
    for one in found:
        each = 1000 * one.requests / one.submissions
        print(f"| {one.submissions:,} | {one.peak_mb:.1f} | {one.requests:,} | {each:.1f} | {one.seconds:.1f} |")
    more = found[-1].peak_mb - found[0].peak_mb
    print(f"\n{more:+.1f} MB from the first to the last; at most {MORE_MB} are allowed.")
    return int(more > MORE_MB)


def measured(number: int, *, dry_run: bool) -> Found:
    with tempfile.TemporaryDirectory() as folder, simulated(Path(folder), number) as url:
        environ = {**os.environ, "LEADFERRY_DATA": folder}
        names = ("--url", url, "--tenant", TENANT_ID, "--client-id", CLIENT_ID, "--authority", url, "--secret-stdin")
        add = (*COMMAND, "environment", "add", "bench", *names)
        subprocess.run(add, env=environ, input=CLIENT_SECRET, text=True, check=True, stdout=subprocess.DEVNULL)
        before, began = requests(url), time.perf_counter()
        report, peak_mb = adopted(environ, () if dry_run else ("--yes",))
        seconds = time.perf_counter() - began
        if report["submissions"]["new"] != number:
            sys.exit(f"{report['submissions']} where {number} new ones were expected.")
        return Found(number, peak_mb, requests(url) - before, seconds)


@contextmanager
def simulated(folder: Path, number: int) -> Iterator[str]:
    """Its address. The first line comes when it is filled."""
    command = (*COMMAND, "simulate", "dataverse", "--data", str(folder / "dynamics.db"), "--with-original", str(number))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = process.stdout.readline().strip() if process.stdout else ""
        beside(url, "settings", {"protection": False})  # its limits are not what is measured
        yield url
    finally:
        process.terminate()
        process.wait()


def beside(url: str, path: str, values: object = None) -> Any:
    """The simulator's own addresses, over HTTP."""
    body, method = (None, "GET") if values is None else (json.dumps(values).encode(), "PATCH")
    return json.loads(HttpClient().send(method, f"{url}/__sim/{path}", {}, body).body)


def requests(url: str) -> int:
    return sum(count for label, count in beside(url, "stats")["requests"].items() if "oken" not in label)


def adopted(environ: dict[str, str], options: Sequence[str]) -> tuple[dict[str, dict[str, int]], float]:
    """The report, and the peak of the process in MB."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen((*COMMAND, "adopt", "--json", *options), env=environ, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"leadferry adopt ended with exit code {process.returncode}.")
        out.seek(0)
        return json.load(out), used.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
