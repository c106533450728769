"""docs/engine.md says what the engine does: its examples are run, its table of excluded pairs is the engine's."""

import doctest
import re
from pathlib import Path

from los_domain.repayment.impossible import EXCLUDING

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"


def test_the_examples_print_what_the_page_says():
    text = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(text, {}, "engine.md", str(PAGE), 0)
    assert len(examples.examples) > 40
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(examples, out=told.append)
    assert not told, "".join(told)


def test_the_page_names_every_excluded_pair():
    rows = re.findall(r"^\| `(.+)` \| `(.+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    pairs = [(one, other, why) for one, other, why, _ in EXCLUDING]
    assert [row for row in rows if row in pairs] == pairs
