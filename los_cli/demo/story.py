"""One borrower's loan, from sign-up to the no-dues certificate, told step by step."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final, Protocol

import attrs

from los_cli.demo.ground import Ground
from los_cli.demo.outside import Persona
from los_cli.demo.people import CONSENT, Borrower, fresh_key
from los_cli.demo.wire import Unexpected, until


class Narrator(Protocol):
    """Tells whoever watches what happens."""

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        ...

    def step(self, what: str, came: str = "") -> None:
        """Tell one step, and what came of it."""
        ...


@attrs.frozen
class Choice:
    """What a seed chose: who borrows, how much, for how long, and which instalment is missed."""

    persona: Persona
    rupees: int
    months: int
    missed: int

    @classmethod
    def of(cls, seed: int, ground: Ground) -> "Choice":
        """Return the choice of *seed*; the same seed always tells the same story."""
        chance = Random(f"story {seed}")
        return cls(
            persona=ground.outside.persona(seed, "prime"),
            rupees=chance.randrange(30, 81) * 1000,
            months=chance.choice((3, 4, 6)),
            missed=2,
        )


@attrs.define
class Story:
    """
    The story as far as it got.

    *facts* are what later chapters and the proof need of earlier ones: ``loan``, its id; ``net``, the rupees that the key facts promised
    to pay out; ``ndc``, the SHA-256 of the no-dues certificate.
    """

    ground: Ground
    choice: Choice
    tell: Narrator
    borrower: Borrower
    facts: dict[str, Any] = attrs.field(factory=dict)

    @classmethod
    def begin(cls, ground: Ground, seed: int, tell: Narrator) -> "Story":
        """Return the story of *seed* before its first step."""
        choice = Choice.of(seed, ground)
        return cls(ground, choice, tell, Borrower.of(ground, choice.persona))

    def live(self) -> Mapping[str, Any]:
        """Live all chapters and return the facts."""
        for title, chapter in CHAPTERS:
            self.tell.chapter(title)
            chapter(self)
        return self.facts


def sign_up(story: Story) -> None:
    """A phone is proved."""
    borrower = story.borrower
    sent = borrower.asks_for_a_code()
    story.tell.step(
        "asks to sign up by phone", f"a code is on its way, good for {sent['expiresInSeconds'] // 60} minutes"
    )
    borrower.proves_the_phone()
    text = story.ground.outside.sms(borrower.phone)[-1]
    story.tell.step("types the code from her SMS", f"signed up; {text['vendor']} carried it")


def identity(story: Story) -> None:
    """PAN, Aadhaar and a face."""
    borrower, persona, outside = story.borrower, story.choice.persona, story.ground.outside
    answer = borrower.post("/kyc/verify-pan", {"panNumber": persona["pan"], **CONSENT})
    if not answer["isVerified"]:
        check = answer["checkId"]
        answer = until(
            "the PAN's check", lambda: borrower.get(f"/kyc/checks/{check}"), lambda found: found["isVerified"]
        )
    story.tell.step("gives her PAN", f"{answer['pan']['pan']} is {answer['pan']['name']}'s, {answer['pan']['status']}")
    seen = len(outside.sms(borrower.phone))
    sent = borrower.post("/kyc/initiate-aadhaar-otp", {"aadhaarNumber": persona["aadhaar"], **CONSENT})
    code = outside.code_for(borrower.phone, seen=seen)
    proved = borrower.post("/kyc/submit-aadhaar-otp", {"otp": code})
    names = proved["names"]
    story.tell.step(
        f"completes e-KYC of Aadhaar {sent['aadhaar']} by UIDAI's code",
        f"name {names['verdict']} at {names['score']} of 100, address in {proved['city']}",
    )
    borrower.uploads_a_selfie()
    story.tell.step("uploads a selfie", "through a link that works once")
    email = persona["email"]
    details = borrower.post("/personal-details/update", {"email": email})
    story.tell.step("adds her e-mail", f"her pincode says {details['city']}, {details['state']}")


def work(story: Story) -> None:
    """Employer and provident fund."""
    borrower, persona = story.borrower, story.choice.persona
    stated = {"employer": persona["employer"], "monthlySalary": f"{persona['monthlyIncome']}.00", "uan": persona["uan"]}
    borrower.post("/employment/add", stated)
    found = borrower.post("/employment/verify-uan", CONSENT)
    if not found["evidence"]:
        found = until("the provident fund's record", lambda: borrower.get("/employment"), lambda one: one["evidence"])
    story.tell.step(
        f"works for {persona['employer']}",
        f"the provident-fund record says {found['verdict'].lower()} ({found['uan']})",
    )


def bank(story: Story) -> None:
    """An account proved by a rupee, and its statement analysed."""
    borrower, persona, outside = story.borrower, story.choice.persona, story.ground.outside
    hers = {
        "accountNumber": persona["accountNumber"],
        "ifscCode": persona["ifsc"],
        "beneficiaryName": persona["name"],
    }
    account = borrower.post("/bank/add-account", hers)
    where = f"/bank/accounts/{account['id']}"
    proved = borrower.post("/bank/verify", {"accountId": account["id"]})
    if proved["status"] == "CHECKING":
        proved = until("the rupee's end", lambda: borrower.get(where), lambda one: one["status"] != "CHECKING")
    story.tell.step(
        f"names her account {account['accountNumber']} at {account['bankName']}",
        f"one rupee says it is {proved['nameAtBank']}'s: {proved['status'].lower()}",
    )
    password = persona["dateOfBirth"].replace("-", "")
    document = borrower.uploads("BANK_STATEMENT", outside.statement(borrower.phone, 6, password), "application/pdf")
    handed_in = borrower.post("/bank/upload-statement", {"documentId": document, "password": password})
    read = until(
        "the statement's analysis",
        lambda: borrower.get(f"/bank/statements/{handed_in['id']}"),
        lambda one: one["status"] in ("READY", "FAILED"),
        seconds=120,
    )
    story.tell.step("hands in her bank statement", f"{read['status'].lower()}, {read['fromDate']} to {read['toDate']}")


def application(story: Story) -> None:
    """Applying within the brand's loan rules."""
    borrower, choice = story.borrower, story.choice
    ready = borrower.get("/onboarding")
    story.tell.step(
        "asks what is still missing", ", ".join(f"{s['step']} {s['state']}".lower() for s in ready["steps"])
    )
    (offer,) = borrower.get("/loan-rules")["items"]
    wish = {
        "loanRuleId": offer["id"],
        "amount": f"{choice.rupees}.00",
        "tenureMonths": choice.months,
        "purpose": "School fees",
        **CONSENT,
    }
    key = fresh_key()
    loan = borrower.post("/loans", wish, headers=key)
    again = borrower.post("/loans", wish, headers=key)
    if again["id"] != loan["id"]:
        raise Unexpected("the same application with the same key made two loans")
    story.facts["loan"] = loan["id"]
    story.tell.step(
        f"applies for Rs {choice.rupees:,} over {choice.months} months",
        f"{loan['number']}, {loan['status']}; sent twice, made once",
    )


CHAPTERS: Final[tuple[tuple[str, Callable[[Story], None]], ...]] = (
    ("Sign-up", sign_up),
    ("Identity", identity),
    ("Work", work),
    ("Bank", bank),
    ("Application", application),
)
