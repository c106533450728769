"""One borrower's loan, from sign-up to the no-dues certificate, told step by step."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final, Protocol

import attrs

from los_cli.demo.ground import Ground
from los_cli.demo.outside import Persona
from los_cli.demo.people import CONSENT, Borrower, Staff, fresh_key
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
    _officer: Staff | None = None

    @classmethod
    def begin(cls, ground: Ground, seed: int, tell: Narrator) -> "Story":
        """Return the story of *seed* before its first step."""
        choice = Choice.of(seed, ground)
        return cls(ground, choice, tell, Borrower.of(ground, choice.persona))

    @property
    def officer(self) -> Staff:
        """A credit officer, logged in when first needed."""
        if self._officer is None:
            self._officer = Staff.of(self.ground, self.ground.staff["CREDIT"])
        return self._officer

    def advances_to(self, day: str) -> None:
        """Move business time to noon of *day*, night by night, for the installation and for the outside; unless it is that day already."""
        now = self.ground.los("clock", "show")
        if str(now["businessDate"]) < day:
            self.ground.los("clock", "advance", "--to", day)

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
    wish = {"panNumber": persona["pan"], **CONSENT}
    answer = until(
        "the PAN's check",
        lambda: borrower.post(
            "/kyc/verify-pan", wish
        ),  # asked again it tells how the check stands, or begins one that was cut short
        lambda found: found["isVerified"],
        seconds=150,
        every=2,
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


def decision(story: Story) -> None:
    """Bureau, rules, evaluation, sanction."""
    borrower, staff, loan = story.borrower, story.officer, story.facts["loan"]
    told = until(
        "the decision",
        lambda: staff.get_if_any(f"/loans/{loan}/decision"),
        lambda found: found is not None,
        seconds=120,
    )
    passed = sum(verdict["result"] == "HELD" for verdict in told["rules"])
    story.tell.step(
        "her credit report is pulled, rules and evaluation judge it",
        f"{passed} of {len(told['rules'])} rules held, {told['score']} of 100 points: {told['outcome']}",
    )
    if told["outcome"] != "APPROVE":
        staff.post(f"/loans/{loan}/sanction", {"comment": "looked at by hand"})
        story.tell.step("a credit officer looks at it and sanctions it")
    seen = borrower.waits_for_status(loan, "SANCTIONED", "REJECTED")
    if seen["status"] == "REJECTED":
        raise Unexpected(f"the application was declined: {', '.join(seen['notices'])}")
    story.tell.step(
        "sanctioned", f"Rs {seen['sanctionedAmount']}; replayed from its facts the decision is the same, bit for bit"
    )


def key_facts(story: Story) -> None:
    """What it costs, before she binds herself."""
    borrower, loan = story.borrower, story.facts["loan"]
    facts = borrower.get(f"/loans/{loan}/key-facts")
    told = facts["keyFacts"]
    story.facts["net"] = told["netDisbursed"]
    story.tell.step(
        "reads her key facts",
        f"Rs {told['netDisbursed']} net, {told['term']['instalments']} instalments of {told['instalments']['amount']}, APR {told['apr']} %",
    )
    wish = {"digest": facts["digest"]} | ({} if facts["dueDay"] is None else {"dueDay": facts["dueDay"]})
    borrower.post(f"/loans/{loan}/accept-offer", wish, headers=fresh_key())
    story.tell.step("accepts exactly these", f"digest {facts['digest'][:16]}…")


def agreement(story: Story) -> None:
    """Typeset, signed by Aadhaar, the signed file fetched back."""
    borrower, outside, loan = story.borrower, story.ground.outside, story.facts["loan"]
    borrower.waits_for_status(loan, "AGREEMENT_PENDING", seconds=120)

    def waiting() -> list[dict[str, Any]]:
        return [one for one in outside.record("contracts") if one["event"] == "initiated"]

    contract = until("the contract at the signing service", waiting)[-1]["contractId"]
    story.tell.step("the agreement is typeset and sent to the signing service", f"contract {contract[:8]}…")
    outside.act("signzy", "sign", contractId=contract, outcome="signed")
    borrower.waits_for_status(loan, "AGREEMENT_SIGNED", "DISBURSED", seconds=120)
    story.tell.step("signs with Aadhaar", "the call-back said look; the signed file was fetched and its hash compared")


def payout(story: Story) -> None:
    """Money out, once and only once."""
    borrower, outside, loan = story.borrower, story.ground.outside, story.facts["loan"]
    seen = borrower.waits_for_status(loan, "DISBURSED", seconds=180)
    account = story.choice.persona["accountNumber"]
    credit = until("the bank's own record", lambda: outside.record("bank-credits", account=account))[-1]
    story.tell.step(
        f"Rs {credit['amountPaise'] / 100:,.2f} reach her account",
        f"UTR {credit['utr']}, disbursed on {seen['disbursedAt']}",
    )


def instalments(story: Story) -> None:
    """Instalments paid by orders, one of them late."""
    borrower, loan = story.borrower, story.facts["loan"]
    rows = borrower.get(f"/loans/{loan}/schedule")["items"]
    for row in rows:
        due_on, number = row["dueDate"], row["installmentNo"]
        if number == story.choice.missed:
            _misses(story, due_on)
        else:
            story.advances_to(due_on)
        payment = _pays(story)
        state = borrower.loan(loan)["status"]
        story.tell.step(f"pays instalment {number} of {len(rows)}", f"Rs {payment['amount']}, loan {state}")


def _misses(story: Story, due_on: str) -> None:
    borrower, outside, loan = story.borrower, story.ground.outside, story.facts["loan"]
    texts = len(outside.sms(borrower.phone))
    late = (date.fromisoformat(due_on) + timedelta(days=4)).isoformat()
    story.advances_to(late)
    borrower.waits_for_status(loan, "OVERDUE")
    dues = borrower.get(f"/loans/{loan}/dues")
    story.tell.step(
        f"misses {due_on}",
        f"{dues['dpd']} days past due, Rs {dues['overdue']['total']} overdue, of which Rs {dues['overdue']['penalties']} penal charge",
    )

    def reminders() -> list[dict[str, Any]]:
        return [text for text in outside.sms(borrower.phone)[texts:] if "overdue" in text["text"]]

    reminder = until("a reminder", reminders, seconds=90)[-1]
    story.tell.step("is reminded within permitted hours", reminder["text"])


def _pays(story: Story) -> Any:
    borrower, outside, loan = story.borrower, story.ground.outside, story.facts["loan"]
    payment = borrower.post(f"/loans/{loan}/pay", {"purpose": "DUES"}, headers=fresh_key())
    where = f"/loans/{loan}/payments/{payment['id']}"
    payment = until("the gateway's order", lambda: borrower.get(where), lambda one: one["status"] != "STARTING")
    outside.act("razorpay", "pay", orderId=payment["orderId"])
    story.facts.setdefault("orders", []).append(payment["orderId"])
    return until("the payment to be booked", lambda: borrower.get(where), lambda one: one["status"] == "PAID")


def closing(story: Story) -> None:
    """Nothing is owed any more, and she has it in writing."""
    borrower, outside, loan = story.borrower, story.ground.outside, story.facts["loan"]
    borrower.waits_for_status(loan, "COMPLETED", seconds=120)
    story.tell.step("the last instalment closes the loan", "COMPLETED")
    issued = until(
        "the no-dues certificate",
        lambda: borrower.get_if_any(f"/loans/{loan}/documents/no-dues"),
        lambda found: found is not None,
        seconds=120,
    )
    content = borrower.line.fetch(issued["url"])
    if hashlib.sha256(content).hexdigest() != issued["sha256"]:
        raise Unexpected("the certificate's file is not the one whose hash it names")
    story.facts["ndc"] = issued["sha256"]
    story.facts["file"] = story.ground.los.keeps(f"no-dues-{issued['number'].replace('/', '-')}.pdf", content)
    address = story.choice.persona["email"]

    def mailed() -> list[dict[str, Any]]:
        return [
            mail
            for mail in outside.mails(address)
            if any(file["sha256"] == issued["sha256"] for file in mail["attachments"])
        ]

    mail = until("the mail with it", mailed, seconds=120)[-1]
    story.tell.step("her no-dues certificate is mailed", f"{issued['number']}, {mail['subject']}")


CHAPTERS: Final[tuple[tuple[str, Callable[[Story], None]], ...]] = (
    ("Sign-up", sign_up),
    ("Identity", identity),
    ("Work", work),
    ("Bank", bank),
    ("Application", application),
    ("Decision", decision),
    ("Key facts", key_facts),
    ("Agreement", agreement),
    ("Payout", payout),
    ("Instalments", instalments),
    ("Closing", closing),
)
