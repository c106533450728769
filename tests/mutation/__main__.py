"""
``make mutate``: change one thing in the loan mathematics, run its tests, and expect them to fail.

Modules of FULL are changed in every place, the others in a seeded sample. Each result is a line of docs/evidence/mutation.jsonl, keyed by
the module's hash, so that a run that was stopped goes on where it was, and a module that changed starts anew. Exits 1 when fewer than 90 %
are killed, or one survives in FULL that is not explained in EXPLAINED.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "evidence" / "mutation.jsonl"
REPAYMENT = ROOT / "los_domain" / "repayment"
FULL = [REPAYMENT / f"{name}.py" for name in ("waterfall", "accruing", "periods", "daycount", "dpd")] + [
    ROOT / "los_domain" / "shared" / "money.py"
]
SAMPLED = [
    REPAYMENT / f"{name}.py"
    for name in (
        "schedule",
        "due_dates",
        "emi",
        "apr",
        "tvm",
        "impossible",
        "key_facts",
        "account",
        "changes",
        "laying",
        "payoff",
    )
]
SAMPLE = 500
LEAST_KILLED = 90
SECONDS = 300
TESTS = [
    "tests/shared/test_money.py",
    *(
        f"tests/repayment/test_{name}.py"
        for name in ("daycount", "impossible", "schedule", "apr", "key_facts", "account")
    ),
    "tests/reference",
    "tests/ledger/test_policy.py",
    "tests/repayment",
]  # the quick ones first: the first failure ends a run
COPIED = [
    *("los_domain", "los_cli", "docs/engine.md", "pyproject.toml"),
    *("tests/shared/test_money.py", "tests/repayment", "tests/reference", "tests/ledger/test_policy.py"),
]
EXPLAINED: dict[str, str] = {}
"""Survivors that change nothing anybody can see, by ``module:change``, each with the reason."""


def chosen(seed: int, only: str) -> Iterator[tuple[Path, str, Mutant]]:
    """Yield what is to be tried: module, its hash, mutant."""
    sampled = []
    for file in [*FULL, *SAMPLED]:
        if only and file.stem != only:
            continue
        source = file.read_text()
        digest = hashlib.sha256(source.encode()).hexdigest()[:16]
        every = [(file, digest, each) for each in mutants(source)]
        if file in FULL or only:
            yield from every
        else:
            sampled += every
    yield from random.Random(seed).sample(sampled, min(SAMPLE, len(sampled)))


def run(shadow: Path, file: Path, mutant: Mutant) -> str:
    """Return what became of a mutant: killed, survived, or stuck (killed by the clock)."""
    target = shadow / file.relative_to(ROOT)
    right = target.read_text()
    target.write_text(mutant.source)
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *TESTS]
        environment = os.environ | {
            "PYTHONPATH": str(shadow),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_PROFILE": "mutation",
        }
        ran = subprocess.run(command, cwd=shadow, env=environment, capture_output=True, timeout=SECONDS, check=False)
        return "survived" if ran.returncode == 0 else "killed"
    except subprocess.TimeoutExpired:
        return "stuck"
    finally:
        target.write_text(right)


def main() -> int:
    """Try what has not been tried, then print the tally of all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=2026)
    asked.add_argument("--only", default="", help="one module, by its name")
    asked.add_argument("--most", type=int, default=10**9, help="stop after so many")
    options = asked.parse_args()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    known = {}
    for line in RESULTS.read_text().splitlines() if RESULTS.exists() else []:
        found = json.loads(line)
        known[found["module"], found["sha256"], found["number"]] = found
    wanted = list(chosen(options.seed, options.only))
    left = options.most
    with tempfile.TemporaryDirectory(prefix="los-mutation-") as folder, RESULTS.open("a") as out:
        shadow = Path(folder)
        _copy(shadow)
        for file, digest, mutant in wanted:
            key = file.stem, digest, mutant.number
            if key in known or not left:
                continue
            left -= 1
            outcome = run(shadow, file, mutant)
            known[key] = dict(zip(("module", "sha256", "number"), key, strict=True)) | {
                "line": mutant.line,
                "change": mutant.change,
                "outcome": outcome,
            }
            out.write(json.dumps(known[key]) + "\n")
            out.flush()
            if outcome == "survived":
                print(f"survived: {file.stem}:{mutant.line}: {mutant.change}", flush=True)
    tried = [known[key] for file, digest, each in wanted if (key := (file.stem, digest, each.number)) in known]
    return _verdict(tried, len(wanted))


def _verdict(tried: list[dict[str, object]], wanted: int) -> int:
    tally = Counter((each["module"], each["outcome"]) for each in tried)
    for module in sorted({str(each["module"]) for each in tried}):
        print(
            f"{module:12} "
            + ", ".join(f"{outcome} {n}" for (name, outcome), n in sorted(tally.items()) if name == module)
        )
    alive = [each for each in tried if each["outcome"] == "survived"]
    unexplained = [each for each in alive if f"{each['module']}:{each['change']}" not in EXPLAINED]
    full = {file.stem for file in FULL}
    killed = 100 - 100 * len(unexplained) // max(1, len(tried))
    print(f"{len(tried)} of {wanted} tried, {killed} % killed or explained")
    return 1 if killed < LEAST_KILLED or any(each["module"] in full for each in unexplained) else 0


def _copy(shadow: Path) -> None:
    for name in COPIED:
        source, target = ROOT / name, shadow / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
        else:
            shutil.copy(source, target)
    for package in ("tests", "tests/shared", "tests/ledger"):
        (shadow / package / "__init__.py").touch()


if __name__ == "__main__":
    sys.exit(main())
