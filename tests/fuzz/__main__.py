"""
Lives of loans at random, in volume: ``python -m tests.fuzz --steps 1000000 --seed 1``.

Every story is named by its seed. A step is one transaction; after each all cheap laws are checked, after every second all laws. At a
failure the seed is printed and the run goes on; its exit code is 1 then. ``--out`` writes what was run and found as JSON.
"""

import argparse
import json
import sys
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from los_domain.repayment import ImpossibleTerms, ImpossibleTransaction, advance, fold
from tests.fuzz.laws import check
from tests.fuzz.stories import Story, conventions_of


def live(seed: int, kinds: Counter[str], drawn: Counter[str], refused: Counter[str]) -> int:
    """Live one story; return its steps. Raises what a broken law raises."""
    rng = Random(seed)
    story = Story(rng)
    drawn.update(conventions_of(story.terms))
    first = story.opening()
    account = advance(fold(story.terms, (), first.value_on), first)
    story.keep(first)
    steps = 0
    for _ in range(rng.randrange(3, 25)):
        following = story.next(account)
        try:
            account = advance(account, following)
        except (ImpossibleTransaction, ImpossibleTerms):
            refused[following.kind.value] += 1
            continue
        story.keep(following)
        steps += 1
        check(account, story.entered, rng, deep=rng.random() < 0.5)
    kinds.update(story.kinds)
    return steps


def main() -> int:
    """Run stories until enough steps are done."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--steps", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--out", type=Path)
    chosen = arguments.parse_args()
    kinds, drawn, refused = Counter[str](), Counter[str](), Counter[str]()
    steps = stories = 0
    broken: list[dict[str, object]] = []
    while steps < chosen.steps:
        seed = chosen.seed * 1_000_000_000 + stories
        stories += 1
        try:
            steps += live(seed, kinds, drawn, refused)
        except Exception as problem:
            where = traceback.extract_tb(problem.__traceback__)[-1]
            broken.append(
                {"seed": seed, "law": f"{Path(where.filename).name}:{where.lineno}", "problem": repr(problem)}
            )
            print(f"seed {seed}: {problem!r} at {where.filename}:{where.lineno}", file=sys.stderr)
    result = {
        "seed": chosen.seed,
        "stories": stories,
        "steps": steps,
        "broken": broken,
        "transactions": dict(kinds.most_common()),
        "refused": dict(refused.most_common()),
        "share of stories, per cent": {name: round(100 * count / stories, 1) for name, count in sorted(drawn.items())},
    }
    text = json.dumps(result, indent=1)
    print(text)
    if chosen.out:
        chosen.out.write_text(text + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
