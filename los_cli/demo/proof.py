"""
The end of the demo: the loan's timeline, ledger and schedule as the API shows them, held against the outside's own record.

The API says what it did, the sandbox what really happened to banks, gateways and mailboxes. Each check goes as far as the story did: a loan
that was never paid out must have no credit.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from los_cli.demo.people import Staff
from los_cli.demo.story import Story

Row = Mapping[str, Any]


def paise(rupees: str) -> int:
    """Return rupees with two places as paise."""
    whole, _, part = rupees.partition(".")
    return int(whole + part.ljust(2, "0"))


@attrs.frozen
class Books:
    """What the API shows of the loan, to the staff of its brand."""

    timeline: Sequence[Row]
    schedule: Sequence[Row]
    statement: Sequence[Row]
    ledger: Sequence[Row]
    trial_balance: str

    @classmethod
    def of(cls, story: Story) -> "Books":
        """Read them."""
        staff = Staff.of(story.ground, story.ground.staff["ADMIN"])
        loan = f"/loans/{story.facts['loan']}"
        return cls(
            timeline=staff.get(f"{loan}/timeline")["items"],
            schedule=staff.get(f"{loan}/schedule")["items"],
            statement=staff.get(f"{loan}/statement")["items"],
            ledger=staff.get(f"{loan}/ledger")["items"],
            trial_balance=staff.get("/ledger/trial-balance")["total"],
        )

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield (title, rows) of what is shown at the end."""
        yield (
            "Timeline",
            [
                {
                    "at": line["at"][:16].replace("T", " "),
                    "what": line["word"],
                    "Rs": line["amount"] or "",
                    "status": line["status"],
                    "by": line["actor"],
                }
                for line in self.timeline
            ],
        )
        yield (
            "Ledger",
            [
                {
                    "value on": journal["valueOn"],
                    "cause": journal["cause"],
                    "debit": entry["debit"],
                    "credit": entry["credit"],
                    "Rs": entry["amount"],
                }
                for journal in self.ledger
                for entry in journal["entries"]
            ],
        )
        yield (
            "Schedule",
            [
                {
                    "no": row["installmentNo"],
                    "due on": row["dueDate"],
                    "principal": row["principal"],
                    "interest": row["interest"],
                    "paid": row["paid"]["total"],
                    "open": row["outstanding"]["total"],
                }
                for row in self.schedule
            ],
        )


def differences(story: Story, books: Books) -> Iterator[str]:
    """Yield each thing that API and outside tell differently."""
    outside, persona, facts = story.ground.outside, story.choice.persona, story.facts
    if books.trial_balance != "0.00":
        yield f"the brand's books are {books.trial_balance} out of balance"
    disbursed = [row for row in books.statement if row["kind"] == "DISBURSEMENT" and not row["isReversed"]]
    credits = [row["amountPaise"] for row in outside.record("bank-credits", account=persona["accountNumber"])]
    owed = [paise(facts["net"])] if disbursed else []
    if credits != owed:
        yield f"her bank was credited {credits} paise, the key facts promised {owed}"
    captured = Counter(row["amountPaise"] for row in outside.record("payments", status="captured"))
    booked = Counter(
        paise(row["amount"]) for row in books.statement if row["channel"] == "RAZORPAY" and not row["isReversed"]
    )
    if captured != booked:
        yield f"the gateway captured {sorted(captured.elements())} paise, the account shows {sorted(booked.elements())}"
    if "ndc" in facts:
        sent = [
            file["sha256"]
            for mail in outside.mails(persona["email"])
            for file in mail["attachments"]
            if file["sha256"] == facts["ndc"]
        ]
        if len(sent) != 1:
            yield f"the no-dues certificate was mailed {len(sent)} times"
