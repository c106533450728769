"""``python -m tests.benchmarks [--seed N]``: speeds as ratios to floors and rivals; exits 1 where a bar is missed. ``make bench``."""

import argparse
import hashlib
import platform
import sys
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from tests.benchmarks import amortisation, folding


def main() -> int:
    """Print every ratio with its bar."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=2026)
    seed = asked.parse_args().seed
    packages = ", ".join(f"{name} {version(name)}" for name in ("attrs", "numpy", "numpy-financial"))
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {packages}; seed {seed}; garbage collection off in a pair"
    )
    for file in sorted((Path(__file__).parent / "limits").glob("[!_]*.py")):
        print(f"limits/{file.name}  sha256 {hashlib.sha256(file.read_bytes()).hexdigest()}")
    print(f"{'subject to limit':58}  median  ( least –   most)      bar     took, a hint")
    missed = 0
    for found in chain(amortisation.measure(seed), folding.measure()):
        print(found, flush=True)
        missed += not found.holds
    held = folding.memory()
    print(f"memory of an account of 60 instalments: {held / 1000:.1f} KB, bar {folding.MOST_BYTES / 1000:.0f} KB")
    return 1 if missed or held > folding.MOST_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
