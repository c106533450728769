"""What a brand tells borrowers by law: who answers complaints, who may recover, where its policies are read."""

from typing import ClassVar, Final

import attrs

from los_domain.brands.model import Lender
from los_domain.repayment.key_facts import LenderFacts

RECOVERY_CLAUSE: Final = "Clause 8 of the agreement"
GRIEVANCE_CLAUSE: Final = "Clause 9 of the agreement"
"""Where the agreement speaks of recovery agents and of complaints; the key facts statement names them."""


@attrs.frozen
class LegalFacts:
    """
    The page of a brand's legal facts.

    officer, phone, email: the nodal grievance redressal officer. recovery_agents: service providers that may recover, by name.
    may_transfer: whether loans may be assigned or securitised.
    """

    PAGE: ClassVar[str] = "legal"

    officer: str = "Nodal grievance redressal officer"
    phone: str = ""
    email: str = ""
    recovery_agents: tuple[str, ...] = ()
    may_transfer: bool = False


@attrs.frozen
class PolicyPaths:
    """The page of where a brand's policies are read; an empty address is not printed."""

    PAGE: ClassVar[str] = "brand-paths"

    terms: str = ""
    privacy: str = ""
    faq: str = ""

    def links(self) -> tuple[tuple[str, str], ...]:
        """Return (title, address) of each policy that there is."""
        named = (
            ("Terms and conditions", self.terms),
            ("Privacy policy", self.privacy),
            ("Questions and answers", self.faq),
        )
        return tuple((title, url) for title, url in named if url)


def lender_facts(lender: Lender, legal: LegalFacts) -> LenderFacts:
    """Return what the key facts statement says about the lender."""
    return LenderFacts(
        name=lender.name,
        recovery_clause=RECOVERY_CLAUSE,
        grievance_clause=GRIEVANCE_CLAUSE,
        officer=legal.officer,
        phone=legal.phone,
        email=legal.email,
        may_transfer=legal.may_transfer,
        recovery_agents=legal.recovery_agents,
    )
