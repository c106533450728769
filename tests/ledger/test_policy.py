from los_domain.ledger import LedgerAccount, accrual, book, post, rebook, trial_balance
from los_domain.repayment import TransactionKind, advance, at, fold
from los_domain.repayment.servicing import PenalPolicy
from los_domain.shared.rates import Quoted
from tests.repayment.builders import History, day, money, terms

K = TransactionKind
A = LedgerAccount


def lent() -> History:
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000", fee=money("2000"), gst=money("360"), channel="hdfc")
    return history


def test_the_borrower_gets_the_net_amount():
    history = lent()
    account = fold(terms(), history.entered, day("2026-01-05"))
    (journal,) = post(None, account, history.entered[0], booked_on=day("2026-01-05"))
    said = [(str(each.debit), str(each.credit), str(each.amount)) for each in journal.entries]
    assert said == [
        ("principal", "bank:hdfc", "97640.00"),
        ("principal", "fee_income", "2000.00"),
        ("principal", "gst_payable", "360.00"),
    ]


def test_the_ledger_says_what_the_account_says():
    agreed = terms(penal=PenalPolicy(percent=Quoted(24)))
    history = lent()
    history.add(K.PAYMENT, "2026-02-05", "9456")
    history.add(K.PREPAYMENT, "2026-04-20", "50000")
    history.add(K.PAYMENT, "2026-05-05", "20000")
    on = day("2026-08-31")
    journals = book(agreed, history.entered, on, booked_on=on)
    balance = trial_balance(journals, on)
    account = fold(agreed, history.entered, on)
    assert balance.total == money("0")
    assert balance.of(A.PRINCIPAL) == account.outstanding.principal
    assert balance.of(A.INTEREST_RECEIVABLE) == account.outstanding.interest
    assert balance.of(A.PENALTIES_RECEIVABLE) == account.outstanding.penalties


def test_between_postings_the_accrual_is_computed():
    history = lent()
    before = fold(terms(), history.entered, day("2026-01-31"))
    journals = book(terms(), history.entered, day("2026-01-31"), booked_on=day("2026-01-31"))
    computed = accrual(before, day("2026-02-03"))
    assert computed is not None
    balance = trial_balance(journals, day("2026-02-03"), computed=[computed])
    assert balance.total == money("0")
    assert balance.of(A.INTEREST_RECEIVABLE) == at(before, day("2026-02-03")).outstanding.interest
    assert [line.computed for line in balance.lines if line.account.account is A.INTEREST_RECEIVABLE] == [False, True]


def test_income_of_a_non_performing_loan_waits_in_suspense():
    history = lent()
    on = day("2026-05-06")
    journals = book(terms(), history.entered, on, booked_on=on)
    balance = trial_balance(journals, on)
    assert balance.of(A.INTEREST_INCOME) == money("0")
    assert -balance.of(A.SUSPENSE).paise == balance.of(A.INTEREST_RECEIVABLE).paise > 0
    history.add(K.PAYMENT, "2026-05-20", "37824")
    journals = book(terms(), history.entered, day("2026-05-20"), booked_on=day("2026-05-20"))
    assert trial_balance(journals, day("2026-05-20")).of(A.SUSPENSE) == money("0")


def test_a_back_dated_payment_books_reversals_and_new_entries_on_the_open_day():
    history = lent()
    booked = book(terms(), history.entered, day("2026-03-31"), booked_on=day("2026-03-31"))
    history.add(K.PAYMENT, "2026-02-05", "9456")
    wanted = book(terms(), history.entered, day("2026-03-31"), booked_on=day("2026-04-01"))
    more = rebook(booked, wanted, booked_on=day("2026-04-01"))
    assert more
    assert {each.booked_on for each in more} == {day("2026-04-01")}
    both = trial_balance([*booked, *more], day("2026-04-01"))
    assert {(line.account, line.balance) for line in both.lines} == {
        (line.account, line.balance) for line in trial_balance(wanted, day("2026-04-01")).lines
    }
    assert not rebook(wanted, wanted, booked_on=day("2026-04-02"))


def test_posting_piece_by_piece_is_the_same_as_all_at_once():
    history = lent()
    account = fold(terms(), history.entered, day("2026-01-05"))
    pieces = [*post(None, account, history.entered[0], booked_on=day("2026-03-20"))]
    paid = history.add(K.PAYMENT, "2026-03-10", "9456")
    after = advance(account, paid)
    pieces += post(account, after, paid, booked_on=day("2026-03-20"))
    pieces += post(after, at(after, day("2026-03-20")), booked_on=day("2026-03-20"))
    assert pieces == [*book(terms(), history.entered, day("2026-03-20"), booked_on=day("2026-03-20"))]
