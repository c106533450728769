"""Accounts and transactions in few words."""

from datetime import date
from typing import Any
from uuid import UUID

from los_domain.repayment import Transaction, TransactionKind, indian
from los_domain.repayment.servicing import AccountTerms
from los_domain.shared.money import Money
from los_domain.shared.rates import Rate


def day(text: str) -> date:
    return date.fromisoformat(text)


def money(text: str) -> Money:
    return Money.parse(text if "." in text else f"{text}.00")


def terms(
    principal: str = "100000", rate: str = "24", n: int = 12, on: str = "2026-01-05", **settings: Any
) -> AccountTerms:
    conventions = settings.pop("conventions", {})
    return AccountTerms(schedule=indian(money(principal), Rate.yearly(rate), n, day(on), **conventions), **settings)


class History:
    """Transactions in the order they were entered."""

    def __init__(self) -> None:
        self.entered: list[Transaction] = []

    def add(self, kind: TransactionKind, on: str, amount: str = "0", **fields: Any) -> Transaction:
        number = len(self.entered) + 1
        entered = Transaction(
            id=UUID(int=number), kind=kind, value_on=day(on), sequence=number, amount=money(amount), **fields
        )
        self.entered.append(entered)
        return entered
