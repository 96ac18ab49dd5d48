"""`./dev bench`: Leadferry beside other ways of carrying leads, as whole processes, against the same neutral stubs.

Drives the peer bench kit (its own README says what it measures), which lies beside the project as `../shared/bench`
or where LEADFERRY_BENCH_KIT says. Without arguments it runs the tables of docs/performance.md; arguments are those of
the kit's `compare`, for instance:

    ./dev bench --n 2000 --reps 1 --only floor
    ./dev bench --n 10000 100000 --reps 1 --only none      memory must be flat
    ./dev bench --n 2000 --latency --only P3best,floor
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / ".venv" / "bin" / "leadferry"
SETTINGS = {
    "LEADFERRY_DATA": "{work}/leadferry",
    "LEADFERRY_LINKEDIN_API_URL": "{linkedin}",
    "LEADFERRY_LINKEDIN_OAUTH_URL": "{linkedin}",
    "LEADFERRY_LINKEDIN_CLIENT_ID": "c",
    "LEADFERRY_LINKEDIN_CLIENT_SECRET": "s",
    "LEADFERRY_CA_FILE": "{ca}",
    "LEADFERRY_BACKFILL_DAYS": "3650",  # the invented responses are a year old
}
STRATEGY = "E-mail address"
CONNECT = (
    "environment add bench --url {dataverse} --authority {authority} --tenant-id t --client-id c --secret-stdin",
    "profile add Bench --environment bench --refresh-token-stdin",
)


def main() -> int:
    kit = Path(os.environ.get("LEADFERRY_BENCH_KIT", ROOT.parent / "shared" / "bench"))
    if not (kit / "run.py").exists():
        print(f"The bench kit is not at {kit}. Set LEADFERRY_BENCH_KIT to its folder.", file=sys.stderr)
        return 2
    os.environ.setdefault("BENCH_HOME", str(ROOT / ".bench"))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody is meant to compile anew at each start
    arguments = sys.argv[1:]
    if arguments:
        return compare(kit, *arguments)
    setup = subprocess.run([sys.executable, str(kit / "run.py"), "setup", "--only", "dlt"], check=False)
    peers = "P2,P3,P3best,floor"
    return (
        setup.returncode
        or compare(kit, "--n", "2000", "20000", "--reps", "3", "--only", peers)
        or compare(kit, "--n", "2000", "--reps", "3", "--latency", "--only", "P3best,floor")
        or compare(kit, "--n", "10000", "100000", "--reps", "1", "--only", "none")
    )


def compare(kit: Path, *arguments: str) -> int:
    """One table: the chosen peers, and Leadferry with contacts off, as the peers make none."""
    command = [sys.executable, str(kit / "run.py"), "compare", "--name", "leadferry"]
    command += ["--prepare", prepare(), "--product", product(), *arguments]
    return subprocess.run(command, check=False).returncode


def environment() -> str:
    return "env " + " ".join(f"{name}={value}" for name, value in SETTINGS.items())


def prepare() -> str:
    """Connects environment and profile; not timed, not counted."""
    steps = [f"echo s | {environment()} {COMMAND} {step}" for step in CONNECT]
    steps.append(
        f"{environment()} {COMMAND} strategies set --environment bench --no-create-contacts {shlex.quote(STRATEGY)}"
    )
    return f"sh -c {shlex.quote(' && '.join(steps))}"


def product() -> str:
    return f"{environment()} {COMMAND} sync --once --environment bench --json"


if __name__ == "__main__":
    sys.exit(main())
