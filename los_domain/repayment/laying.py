"""
The rows of an account: taken over from a schedule, cut on a day, and laid out afresh behind the cut.

All changes of the dues to come go by one way (`cut`, `lay_out`): what was paid and accrued so far becomes a row of its own that
ends today, and the principal left is laid out behind it.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import attrs

from los_domain.repayment.accruing import accrued, part
from los_domain.repayment.conventions import Method, MoratoriumInterest
from los_domain.repayment.due_dates import calendar
from los_domain.repayment.emi import level_ratio, rounded_annuity
from los_domain.repayment.impossible import MOST_INSTALMENTS
from los_domain.repayment.model import RowKind, Schedule, Terms
from los_domain.repayment.periods import Bearing, Period, Ratio, period_rate, periods, plus, rate_before
from los_domain.repayment.running import FEE, INTEREST, PENALTY, PRINCIPAL, Movement, Running
from los_domain.repayment.transactions import PrepaymentMode

# -- from a schedule


@attrs.frozen
class _Row:
    kind: RowKind
    from_day: int
    due_day: int
    principal: int = 0
    interest: int = 0
    capital: int = 0


def take_over(account: Running, plan: Schedule) -> list[int]:
    """
    Take over the rows of *plan*. What was paid before stays paid in the row of the same kind and place; return what rows had got
    beyond their new dues, by component.
    """
    before = _Columns.of(account)
    if before.kinds or plan.terms.moratorium or plan.down_payments:
        kept = _merge(account, plan)
    else:
        _Columns.plain(plan).give(account)
        kept = [] if account.is_daily else _kept_in_grace(plan)
    account.kept = kept
    account.planned = list(account.due[PRINCIPAL])
    account.emi = plan.instalment
    if len(plan.terms.disbursements) > 1 or plan.terms.rate_changes:
        account.emi = _level_ahead(account, plan)
    return _carry_over(account, before) if before.kinds else [0, 0, 0, 0]


def _merge(account: Running, plan: Schedule) -> list[tuple[int, int, int]]:
    """Lay the rows of *plan*, of its moratorium and of charges after it by due date. Return what is kept in them, by row."""
    waiting, kept = _moratorium(plan)
    if account.is_daily:
        # the account itself sees what becomes of interest nobody pays yet
        waiting, kept = [attrs.evolve(row, capital=0) for row in waiting], []
    else:
        kept += _kept_in_grace(plan)
    downs = set(plan.down_payments)
    laid = [
        _Row(
            RowKind.DOWN_PAYMENT if row in downs else RowKind.INSTALMENT,
            plan.from_days[row],
            plan.due_days[row],
            plan.principal[row],
            plan.interest[row],
        )
        for row in range(len(plan.due_days))
    ]
    rows = sorted([*waiting, *laid, *_extra_rows(account)], key=lambda row: row.due_day)
    _Columns.fresh(rows).give(account)
    # what is kept says its rows by their place among those of the moratorium (below zero) and the instalments
    of_kind = {kind: [row for row, each in enumerate(rows) if each.kind is kind] for kind in RowKind}
    at = dict(enumerate(of_kind[RowKind.INSTALMENT]))
    at.update((place - len(waiting), row) for place, row in enumerate(of_kind[RowKind.MORATORIUM]))
    return [(at[place], paise, at[target]) for place, paise, target in kept]


def _extra_rows(account: Running) -> list[_Row]:
    return [
        _Row(kind, account.from_days[row], account.due_days[row])
        for row, kind in enumerate(account.kinds)
        if kind is RowKind.EXTRA
    ]


def _level_ahead(account: Running, plan: Schedule) -> int:
    """Return the instalment that holds now, where it was computed more than once: that of the second row to come."""
    instalments = [row for row, kind in enumerate(account.kinds) if kind is RowKind.INSTALMENT]
    ahead = [row for row in instalments if account.due_days[row] > account.day]
    row = ahead[1] if len(ahead) > 2 else ahead[0] if ahead else instalments[-1]
    return account.due[PRINCIPAL][row] + account.due[INTEREST][row]


@attrs.define
class _Columns:
    """The columns of an account, as they were or as they start."""

    kinds: list[RowKind]
    from_days: list[int]
    due_days: list[int]
    due: list[list[int]]
    owed: list[list[int]]
    waived: list[list[int]]
    own: list[list[int]]
    fallen: int

    @classmethod
    def of(cls, account: Running) -> "_Columns":
        own = [getattr(account, name) for name in OWN]
        return cls(
            account.kinds,
            account.from_days,
            account.due_days,
            account.due,
            account.owed,
            account.waived,
            own,
            account.fallen,
        )

    @classmethod
    def plain(cls, plan: Schedule) -> "_Columns":
        """The rows of a schedule of instalments alone."""
        count = len(plan.due_days)
        principal, interest = list(plan.principal), list(plan.interest)
        return cls(
            [RowKind.INSTALMENT] * count,
            list(plan.from_days),
            list(plan.due_days),
            [principal, interest, [0] * count, [0] * count],
            [principal[:], interest[:], [0] * count, [0] * count],
            [[0] * count for _ in range(4)],
            [[0] * count for _ in OWN],
            0,
        )

    @classmethod
    def fresh(cls, rows: Sequence[_Row]) -> "_Columns":
        count = len(rows)
        due = [[row.principal for row in rows], [row.interest for row in rows], [0] * count, [0] * count]
        own = [[0] * count for _ in OWN]
        own[OWN.index("capital")] = [row.capital for row in rows]
        return cls(
            [row.kind for row in rows],
            [row.from_day for row in rows],
            [row.due_day for row in rows],
            due,
            [list(column) for column in due],
            [[0] * count for _ in range(4)],
            own,
            0,
        )

    def give(self, account: Running) -> None:
        account.kinds, account.from_days, account.due_days = self.kinds, self.from_days, self.due_days
        account.due, account.owed, account.waived = self.due, self.owed, self.waived
        for name, column in zip(OWN, self.own, strict=True):
            setattr(account, name, column)
        account.fallen = account.first_open = account.oldest = 0


OWN = ("paid_on", "early", "late", "brought", "capital", "counts", "penal", "firm")
"""The columns of a running account that are neither its calendar nor money by component."""


def _carry_over(account: Running, before: _Columns) -> list[int]:
    places: dict[RowKind, list[int]] = {}
    for row, kind in enumerate(account.kinds):
        places.setdefault(kind, []).append(row)
    seen: dict[RowKind, int] = {}
    now: dict[int, int] = {}
    over = [0, 0, 0, 0]
    stay = ("paid_on", "early", "late", "brought", "counts", "penal", "firm")
    for row, kind in enumerate(before.kinds):
        place = seen.get(kind, 0)
        seen[kind] = place + 1
        new = now[row] = places[kind][place]
        for name in stay:
            getattr(account, name)[new] = before.own[OWN.index(name)][row]
        for component in range(4):
            firm = row < before.fallen or before.own[OWN.index("firm")][row]
            if component >= FEE or (account.is_daily and firm):
                account.due[component][new] = before.due[component][row]
            gone = before.due[component][row] - before.owed[component][row]
            account.waived[component][new] = before.waived[component][row]
            if account.is_daily:
                # rows to come only say what is supposed: what they were paid is the least they ask for
                account.due[component][new] = max(account.due[component][new], gone)
            owed = account.due[component][new] - gone
            account.owed[component][new] = max(0, owed)
            over[component] += max(0, -owed)
        if any(account.owed[component][new] for component in range(4)):
            account.paid_on[new] = 0
        if row < before.fallen:
            account.fallen = max(account.fallen, new + 1)
    account.charges = [(now[row], component, due_day, paise) for row, component, due_day, paise in account.charges]
    return over


def _moratorium(plan: Schedule) -> tuple[list[_Row], list[tuple[int, int, int]]]:
    """Return a row for each period of a moratorium, and the interest kept in them: (place, paise, where it is asked for)."""
    terms = plan.terms
    if terms.moratorium is None:
        return [], []
    count, rule = terms.moratorium.periods, terms.moratorium.interest
    dates = calendar(terms)
    lent = _lent(terms)
    rows, kept, balance = [], [], 0
    for place, period in enumerate(periods(terms, dates, lent, Bearing.of(terms))[:count]):
        interest = _borne(terms, period, balance)
        balance += period.disbursed
        capital, target = 0, -1
        if rule is MoratoriumInterest.COMPOUND_CAPITALISED:
            balance += interest
            capital, target = interest, place - count
        elif rule is MoratoriumInterest.DEFERRED:
            target = terms.interest_grace
        if interest:
            kept.append((place - count, interest, target))
        if rule is MoratoriumInterest.SIMPLE_CAPITALISED and place == count - 1:
            capital = plan.capitalised
        rows.append(_Row(RowKind.MORATORIUM, period.from_day, period.due_day, capital=capital))
    return rows, kept


def _kept_in_grace(plan: Schedule) -> list[tuple[int, int, int]]:
    """Return the interest of the instalments that ask for none of it yet, by the place of the instalment."""
    terms = plan.terms
    if not terms.interest_grace:
        return []
    waiting = terms.moratorium.periods if terms.moratorium else 0
    dates = calendar(terms)
    lent = _lent(terms)
    found = periods(terms, dates, lent, Bearing.of(terms))
    balances = [plan.balance[row] for row in range(len(plan.balance)) if row not in plan.down_payments]
    kept = []
    for place in range(terms.interest_grace):
        period = found[waiting + place]
        opening = (
            balances[place - 1] if place else sum(paise for _, paise in lent) - period.disbursed + plan.capitalised
        )
        interest = (
            terms.round_interest(*_flat_interest(terms))
            if terms.method is Method.FLAT
            else _borne(terms, period, opening)
        )
        if interest:
            kept.append((place, interest, terms.interest_grace))
    return kept


def _lent(terms: Terms) -> list[tuple[int, int]]:
    """Return the day and paise of each disbursement, without its down payment."""
    num, den = terms.down_payment.ratio if terms.down_payment else (0, 1)
    return [
        (each.on.toordinal(), each.amount.paise - terms.round_instalment(each.amount.paise * num, den))
        for each in terms.disbursements
    ]


def _flat_interest(terms: Terms) -> Ratio:
    num, den = period_rate(terms, terms.rate)
    return terms.principal.paise * num, den


def _borne(terms: Terms, period: Period, balance: int) -> int:
    num, den = balance * period.factor[0], period.factor[1]
    for amount, factor in period.inflows:
        num, den = plus((num, den), (amount * factor[0], factor[1]))
    return terms.round_interest(num, den)


# -- cut on a day


@attrs.define
class Ahead:
    """
    What the rows to come held before they were cut.

    due_days, principals, interests: of the instalments. principal: owed in all of them. charges: owed in them by component, and
    `charged` (row, component, due day, paise) what was levied.
    """

    due_days: list[int]
    principal: int
    principals: list[int]
    interests: list[int]
    charges: list[int]
    charged: list[tuple[int, int, int, int]]

    @classmethod
    def of(cls, account: Running) -> "Ahead":
        """Take them from *account*."""
        fallen = account.fallen
        rows = [row for row in range(fallen, len(account.due_days)) if account.kinds[row] is RowKind.INSTALMENT]
        return cls(
            due_days=[account.due_days[row] for row in rows],
            principal=sum(account.owed[PRINCIPAL][fallen:]) - sum(account.capital[fallen:]),
            principals=[account.due[PRINCIPAL][row] for row in rows],
            interests=[account.due[INTEREST][row] - account.brought[row] for row in rows],
            charges=[sum(account.owed[component][fallen:]) for component in range(4)],
            charged=[charge for charge in account.charges if charge[0] >= fallen],
        )


def paid_ahead(account: Running, component: int) -> int:
    """Return what was paid of *component* in rows that have not fallen due."""
    due, owed = account.due[component], account.owed[component]
    return sum(due[account.fallen :]) - sum(owed[account.fallen :])


def unpaid_interest(account: Running, day: int, *, closing: bool = False) -> int:
    """Return the interest that has accrued by *day* and was not paid ahead; below zero, more was paid than accrued."""
    return accrued(account, day, closing=closing) - paid_ahead(account, INTEREST)


def cut(account: Running, day: int, interest: int, *, needed: bool = False) -> int:
    """
    Put one row that ends today in the place of the rows to come, and ask *interest* in it. Return its number.

    It holds what those rows had been paid already; unless *needed* an empty one is left out. Negative interest was paid for days
    that never come: it becomes excess.
    """
    fallen = account.fallen
    start = account.from_days[fallen] if fallen < len(account.from_days) else day
    settled = [sum(account.due[component][fallen:]) - sum(account.owed[component][fallen:]) for component in range(4)]
    waived = [sum(account.waived[component][fallen:]) for component in range(4)]
    early, late = sum(account.early[fallen:]), sum(account.late[fallen:])
    if interest < 0:
        back = min(-interest, settled[INTEREST] - waived[INTEREST])
        settled[INTEREST] -= back
        account.moved[Movement.RETURNED_INTEREST] += back
        account.excess += back
    own = [getattr(account, name) for name in OWN]
    for column in (account.from_days, account.due_days, account.planned, *own):
        del column[fallen:]
    for columns in (account.due, account.owed, account.waived):
        for column in columns:
            del column[fallen:]
    del account.kinds[fallen:]
    account.charges = [charge for charge in account.charges if charge[0] < fallen]
    account.kept, account.steps, account.fixed, account.pool, account.waiting = [], [], 0, 0, 0
    account.first_open, account.oldest = min(account.first_open, fallen), min(account.oldest, fallen)
    account.relaid = True
    if not (needed or interest > 0 or any(settled)):
        return fallen - 1
    append_row(account, RowKind.EARLY, min(start, day), day)
    for component in range(4):
        account.due[component][fallen] = settled[component]
        account.waived[component][fallen] = waived[component]
    account.early[fallen], account.late[fallen] = early, late
    account.paid_on[fallen] = day
    account.fallen = fallen + 1
    account.ask(INTEREST, fallen, max(0, interest))
    return fallen


def append_row(account: Running, kind: RowKind, start: int, end: int) -> int:
    """Add an empty row from *start* to *end*. Return its number."""
    account.from_days.append(start)
    account.due_days.append(end)
    account.kinds.append(kind)
    account.planned.append(0)
    for name in OWN:
        getattr(account, name).append(0)
    for columns in (account.due, account.owed, account.waived):
        for column in columns:
            column.append(0)
    return len(account.due_days) - 1


def row_of(account: Running, day: int) -> int:
    """Return the row whose period holds *day* (start excluded, end included; a first row holds its start); else a new last row."""
    passed = [RowKind.EARLY] if account.terms.down_payment_bears_charges else [RowKind.EARLY, RowKind.DOWN_PAYMENT]
    for row, due in enumerate(account.due_days):
        if day <= due and account.kinds[row] not in passed:
            return row
    if account.due_days[-1] == day:
        return len(account.due_days) - 1
    return append_row(account, RowKind.EXTRA, account.due_days[-1], day)


# -- laid out afresh


def lay_out(
    account: Running,
    ahead: Ahead,
    day: int,
    principal: int,
    *,
    mode: PrepaymentMode,
    skipped: int = 0,
    instalment: int | None = None,
    carried: int = 0,
) -> None:
    """
    Add the rows that repay *principal* from *day* on, on the due dates of *ahead*.

    CUT_TENURE keeps the instalment and stops when nothing is left, CUT_INSTALMENT computes it afresh, SKIP lets *skipped* stand for
    principal of the next instalments. *carried* is interest of the past that the first row asks for, without bearing any.
    """
    if not principal or not ahead.due_days:
        if principal:
            account.ask(PRINCIPAL, account.fallen - 1, principal)
        _attach(account, ahead)
        return
    first = len(account.due_days)
    for start, end in pairwise([day, *ahead.due_days]):
        append_row(account, RowKind.INSTALMENT, start, end)
    rows = range(first, len(account.due_days))
    for row in rows:
        since, _, _ = account.span(row)
        account.from_days[row] = max(day, since) if row == first else since
    ratios = [part(account, row, account.from_days[row], account.span(row)[1]) for row in rows]
    account.pool = skipped if account.is_daily and mode is PrepaymentMode.SKIP else 0
    layout = _LAYOUTS.get(account.plan.method, _level)
    principals, interests = layout(_Rest(account.plan, account, ahead, principal, ratios, mode, skipped, instalment))
    for row, due, interest in zip(rows, principals, interests, strict=False):
        account.ask(PRINCIPAL, row, due)
        account.ask(INTEREST, row, interest + carried)
        account.brought[row] = carried
        account.planned[row] = due
        carried = 0
    _drop_rows(account, first + len(principals))
    _attach(account, ahead)


def _drop_rows(account: Running, count: int) -> None:
    own = [getattr(account, name) for name in OWN]
    for column in (account.from_days, account.due_days, account.planned, *own):
        del column[count:]
    for columns in (account.due, account.owed, account.waived):
        for column in columns:
            del column[count:]
    del account.kinds[count:]


@attrs.define
class _Rest:
    plan: Terms
    account: Running
    ahead: Ahead
    principal: int
    ratios: list[Ratio]
    mode: PrepaymentMode
    skipped: int
    instalment: int | None

    def skip(self, part: int) -> int:
        """Return what is left of *part* of principal when the prepaid money stands for it."""
        if self.mode is not PrepaymentMode.SKIP:
            return part
        used = min(self.skipped, part)
        self.skipped -= used
        return part - used

    def run(self, wanted: Callable[[int, int], int]) -> tuple[list[int], list[int]]:
        """Lay rows until nothing is left: *wanted* says the principal of a row, by its place and interest; the last takes the rest."""
        balance, last = self.principal, len(self.ratios) - 1
        principals, interests = [], []
        for place, (num, den) in enumerate(self.ratios):
            interest = self.plan.round_interest(balance * num, den)
            due = balance if place == last else self.skip(min(max(0, wanted(place, interest)), balance))
            balance -= due
            principals.append(due)
            interests.append(interest)
            if not balance:
                break
        return principals, interests


def _level(rest: _Rest) -> tuple[list[int], list[int]]:
    if rest.instalment is not None:
        rest.account.emi = rest.instalment
    elif rest.mode is PrepaymentMode.CUT_INSTALMENT:
        rest.account.emi = level(rest.account, rest.principal, rest.ratios)
    emi, planned = rest.account.emi, rest.ahead.principals

    def wanted(place: int, interest: int) -> int:
        in_grace = place < len(planned) and not planned[place] and rest.plan.principal_grace
        return 0 if in_grace else emi - interest

    return rest.run(wanted)


def level(account: Running, principal: int, ratios: Sequence[Ratio]) -> int:
    """Return the level instalment that repays *principal* over the periods of *ratios*."""
    plan = account.plan
    if plan.method is Method.RATE_FACTOR:
        return plan.round_instalment(*level_ratio(principal, list(ratios)))
    num, den = period_rate(plan, rate_before(plan, account.due_days[-1] if account.due_days else account.day))
    return rounded_annuity(
        principal, num, den, len(ratios), multiple=plan.instalment_multiple, rounding=plan.instalment_rounding
    )


def _equal_principal(rest: _Rest) -> tuple[list[int], list[int]]:
    share = max([*rest.ahead.principals[:1], 1])
    if rest.mode is PrepaymentMode.CUT_INSTALMENT or rest.instalment is not None:
        share = max(1, rest.plan.round_instalment(rest.principal, len(rest.ratios)))
    return rest.run(lambda _place, _interest: share)


def _bullet(rest: _Rest) -> tuple[list[int], list[int]]:
    return rest.run(lambda _place, _interest: 0)


def _flat(rest: _Rest) -> tuple[list[int], list[int]]:
    """Flat interest was fixed on what was lent, and falls row by row with the principal."""
    ahead, whole = rest.ahead, sum(rest.ahead.principals)
    count = len(rest.ratios)
    interests = [rest.plan.round_interest(interest * rest.principal, whole) for interest in ahead.interests[:count]]
    balance, principals = rest.principal, []
    for place in range(count):
        due = balance
        if place < count - 1:
            if rest.mode is PrepaymentMode.CUT_TENURE:
                due = ahead.principals[place] + ahead.interests[place] - interests[place]
            elif rest.mode is PrepaymentMode.SKIP:
                due = rest.skip(ahead.principals[place])
            else:
                due = balance // (count - place)
            due = min(due, balance)
        balance -= due
        principals.append(due)
        if not balance:
            break
    return principals, interests[: len(principals)]


_LAYOUTS: dict[Method, Callable[[_Rest], tuple[list[int], list[int]]]] = {
    Method.EQUAL_PRINCIPAL: _equal_principal,
    Method.BULLET: _bullet,
    Method.FLAT: _flat,
}


def extend(account: Running, ahead: Ahead) -> None:
    """Let due dates go on as far as a held instalment may need; raise the instalment where it would not cover the interest."""
    plan = account.plan
    since, until, regular = account.span_of(ahead.due_days[0]) or (account.day, ahead.due_days[0], False)
    num, den = account.bearing.factor((since, until), since, until, is_regular=regular)
    if account.emi * den <= ahead.principal * num:
        account.emi = level(account, ahead.principal, [(num, den)] * len(ahead.due_days))
    elif not plan.due_dates and plan.last_due_on is None:
        longest = calendar(plan, instalments=MOST_INSTALMENTS).due_days
        ahead.due_days.extend(each for each in longest if each > ahead.due_days[-1])


def _attach(account: Running, ahead: Ahead) -> None:
    """Hang the unpaid charges of *ahead* on the rows that stand now, by their due dates."""
    left = list(ahead.charges)
    for _, component, due_day, amount in reversed(ahead.charged):
        portion = min(amount, left[component])
        if portion:
            left[component] -= portion
            row = row_of(account, due_day)
            account.ask(component, row, portion)
            account.charges.append((row, component, due_day, portion))
    for component in (FEE, PENALTY):
        if left[component]:
            account.ask(component, max(0, account.fallen - 1), left[component])
