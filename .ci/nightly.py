"""
The long tests: every property with twenty times the examples, every operation with hundreds of requests, file by file.

``--shard k/n`` takes every n-th file, so that several machines share the night. What is done is noted under the commit, so that a night
that was cut short goes on where it stopped; a file that failed is run again.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTES = ROOT / ".los" / "nightly"
ENVIRONMENT = {"HYPOTHESIS_PROFILE": "nightly", "LOS_EXAMPLES": "500"}


def files(shard: int, shards: int) -> list[Path]:
    """Return the test files of one shard."""
    every = sorted((ROOT / "tests").rglob("test_*.py"))
    return every[shard - 1 :: shards]


def main() -> int:
    """Run the shard and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shard", default="1/1", help="k/n")
    shard, _, shards = parser.parse_args().shard.partition("/")
    sha = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    notes = NOTES / f"{sha.stdout.strip()}-{shard}-of-{shards}.json"
    notes.parent.mkdir(parents=True, exist_ok=True)
    done: dict[str, float] = json.loads(notes.read_text()) if notes.exists() else {}
    failed = []
    for path in files(int(shard), int(shards)):
        name = str(path.relative_to(ROOT))
        if name in done:
            continue
        print(f"== {name}", flush=True)
        began = time.monotonic()
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-header", name],
            cwd=ROOT,
            env={**os.environ, **ENVIRONMENT},
            check=False,
        )
        if ran.returncode not in (0, 5):  # 5: nothing in it to run here
            failed.append(name)
            continue
        done[name] = round(time.monotonic() - began, 1)
        notes.write_text(json.dumps(done, indent=1))
    print(f"{len(done)} files held" + (f", {len(failed)} failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
