"""
``make fuzz``: the two engines against each other on as many loans as one likes.

    python -m tests.repayment.fuzz --schedules 1000000 --seed 1

The seed decides every loan; the first disagreement is made small and shown. The tests do the same on a thousand.
"""

import argparse
from collections import Counter
from itertools import combinations

from hypothesis import HealthCheck, given, seed, settings

from los_domain.repayment import Terms
from tests.repayment import strategies
from tests.repayment.test_properties import agree


def main() -> None:
    """Compare, and print how many schedules there were and how often each convention was met."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--schedules", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=2026)
    options = asked.parse_args()
    seen: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()

    @seed(options.seed)
    @settings(
        max_examples=options.schedules, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(strategies.terms())
    def compare(of: Terms) -> None:
        seen["drawn"] += 1
        if agree(of):
            used = sorted(set(strategies.conventions(of)))
            seen.update(["schedules", *used])
            pairs.update(combinations(used, 2))

    compare()
    print(f"seed {options.seed}: {seen.pop('drawn')} loans drawn, {seen.pop('schedules')} schedules agree, 0 disagree")
    for name, number in sorted(seen.items()):
        print(f"  {name:32} {number}")
    apart = {
        pair for pair in combinations(sorted(strategies.CONVENTIONS), 2) if not strategies.are_choices_of_one(*pair)
    }
    print("pairs never met:", ", ".join(f"{one} + {other}" for one, other in sorted(apart - pairs)) or "none")


if __name__ == "__main__":
    main()
