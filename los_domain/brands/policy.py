"""Rules of naming brands."""

import re

from los_domain.shared.errors import FieldProblem, Invalid

_SUBDOMAIN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40


def named(name: str, subdomain: str) -> tuple[str, str]:
    """Return both as they are stored. Raises Invalid with every problem."""
    name, subdomain = " ".join(name.split()), subdomain.strip().lower()
    problems = []
    if not 1 <= len(name) <= 120:
        problems.append(FieldProblem("name", "should have 1 to 120 characters"))
    if len(subdomain) > _LONGEST or not _SUBDOMAIN.fullmatch(subdomain):
        fix = "lower-case letters, digits and single hyphens, beginning with a letter, such as quick-rupee"
        problems.append(FieldProblem("subdomain", f"should be a name of up to {_LONGEST} characters", fix))
    if problems:
        raise Invalid(*problems)
    return name, subdomain
