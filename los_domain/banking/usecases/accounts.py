"""A customer's bank accounts: named, proved by a penny, and one of them the one that loans are paid to."""

import attrs

from los_domain.banking import policy
from los_domain.banking.events import AccountProved, PennyOnItsWay
from los_domain.banking.model import AccountProof, BankAccount, PennyDropResult
from los_domain.banking.ports import BankAccountVerifier, BankingWork, IfscDirectory
from los_domain.brands.config import BrandConfig
from los_domain.brands.ports import Asked, Effect, NoProvider, Providers, SettingsReader, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.kyc.proofs import bands_of
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent, Value, differing
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, NotFound, ProviderUnavailable, Rejected
from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import BankAccountId, CustomerId, Ids, VendorRef
from los_domain.shared.outcome import Done, NoRecord, Outcome, Pending, Refused, RefusedFor, Unknown
from los_domain.shared.work import Begin


@attrs.frozen
class AddBankAccount:
    """Name an account as a customer's own. Bank and branch follow from the IFSC."""

    begin: Begin[BrandScope, BankingWork]
    directory: IfscDirectory
    ids: Ids
    wall: WallClock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, number: AccountNumber, ifsc: Ifsc, *, holder: str
    ) -> BankAccount:
        """Raises Invalid for an IFSC that nobody knows, Conflict where she named this account before or has too many."""
        found = self.directory.lookup(ifsc)
        if isinstance(found, NoRecord):
            raise Invalid(FieldProblem("ifscCode", "no branch has this code", found.message))
        if not isinstance(found, Done):
            raise ProviderUnavailable("branches cannot be looked up now")
        with self.begin(scope) as work:
            others = work.bank_accounts.of_customer(customer_id)
            if len(others) >= policy.MOST_ACCOUNTS:
                raise Conflict(f"{policy.MOST_ACCOUNTS} accounts are named already")
            account = BankAccount(
                id=BankAccountId(self.ids.new()),
                customer_id=customer_id,
                number=number,
                ifsc=ifsc,
                bank=found.value.bank,
                branch=found.value.branch,
                holder=" ".join(holder.split()),
                added_at=self.wall.now(),
            )
            work.bank_accounts.add(account)
            after: dict[str, Value] = {"number": str(number), "ifsc": ifsc.value}
            work.audit.add(AuditEvent("banking.add-account", "bank_account", account.id, after=after))
            return work.finish(account)


@attrs.frozen
class ProveAccount:
    """
    Send a penny to an account and compare whose it is with whom KYC proved.

    The account is CHECKING before the bank is asked, so that two requests send one penny. Without an answer nothing is proved and another
    penny may be sent by whoever wants it; one that is on its way is asked about by a worker.
    """

    begin: Begin[BrandScope, BankingWork]
    providers: Providers
    settings: SettingsReader
    wall: WallClock

    def __call__(self, scope: BrandScope, customer_id: CustomerId, account_id: BankAccountId) -> BankAccount:
        """Return the account, CHECKING where the bank takes its time. Raises NotFound, Conflict, TooMany, ProviderUnavailable."""
        now = self.wall.now()
        with self.begin(scope) as work:
            account = own(work.bank_accounts.get(account_id), customer_id)
            name = _proved_name(work, customer_id)
            policy.refuse_penny(account, work.bank_accounts.of_customer(customer_id), now=now)
            asking = work.bank_accounts.save(policy.sent(account, at=now))
            work.audit.add(AuditEvent("banking.send-penny", "bank_account", account.id, *_told(account, asking)))
            work.finish(asking)
        settled = self._settle(scope.continued, asking, self._drop(scope, asking, name))
        if settled.why == "NO_ANSWER":
            raise ProviderUnavailable(policy.REASONS["NO_ANSWER"])
        return settled

    def again(self, scope: BrandScope, account_id: BankAccountId) -> BankAccount:
        """Ask, on a worker, what became of a penny. Raises ProviderUnavailable while nobody knows."""
        with self.begin(scope.undelivered) as work:
            account = work.bank_accounts.get(account_id)
        if account.proof is not AccountProof.CHECKING or account.provider is None or not account.handle:
            with self.begin(scope) as work:
                return work.finish(account)
        handle = account.handle

        def status(verifier: BankAccountVerifier, ref: VendorRef) -> Outcome[PennyDropResult]:
            return verifier.status(handle, ref=ref)

        subject = Subject("bank_account", account.id)
        asked = self.providers.ask_again(scope, account.provider, "penny_drop_status", subject, status)
        if not isinstance(asked.outcome, Done | NoRecord | Refused):
            if not policy.is_given_up(account, now=self.wall.now()):
                raise ProviderUnavailable("the penny is still on its way", retry_after_seconds=5)
            asked = attrs.evolve(asked, outcome=Unknown("nobody said in time what became of the penny"))
        return self._settle(scope, account, asked)

    def once_more(self, scope: BrandScope, customer_id: CustomerId, account_id: BankAccountId) -> BankAccount:
        """
        Send another penny to the account that a loan is about to be paid to, and return it as it is proved today.

        Raises Rejected (``ACCOUNT_NOT_PRIMARY``, ``ACCOUNT_INVALID``, ``NAME_MISMATCH``) where it is not hers any more, ProviderUnavailable
        where no bank answers: what was proved before stays.
        """
        with self.begin(scope.undelivered) as work:
            account = own(work.bank_accounts.get(account_id), customer_id)
            name = _proved_name(work, customer_id)
        if not account.is_primary or account.proof is not AccountProof.VERIFIED:
            raise Rejected(
                "loans are paid to the customer's verified primary account", reasons=("ACCOUNT_NOT_PRIMARY",)
            )
        asked = self._drop(scope, account, name)
        match asked.outcome if asked else None:
            case Done(value=result):
                proved = policy.judged(
                    account, result, name=name, bands=bands_of(self.settings.page(scope, BrandConfig))
                )
            case Refused(why=RefusedFor.ACCOUNT_INVALID | RefusedFor.INVALID_INPUT):
                proved = policy.refused(account)
            case _:
                raise ProviderUnavailable("the bank does not say whose account it is")
        if proved.proof is AccountProof.VERIFIED:
            return proved
        with self.begin(scope.undelivered) as work:
            if work.bank_accounts.get(account_id).version == account.version:
                work.bank_accounts.save(proved)
                work.outbox.add(AccountProved(customer_id, account_id, proved.proof.value))
                work.audit.add(AuditEvent("banking.prove-again", "bank_account", account_id, *_told(account, proved)))
        reason = "ACCOUNT_INVALID" if proved.why == "ACCOUNT_INVALID" else "NAME_MISMATCH"
        raise Rejected(policy.REASONS[proved.why], reasons=(reason,))

    def _drop(self, scope: BrandScope, account: BankAccount, name: str) -> Asked[PennyDropResult] | None:
        def verify(verifier: BankAccountVerifier, ref: VendorRef) -> Outcome[PennyDropResult]:
            return verifier.verify(account.number, account.ifsc, name=name, ref=ref)

        subject = Subject("bank_account", account.id)
        try:
            return self.providers.ask(scope, ProviderKind.PENNY_DROP, "penny_drop", subject, verify, effect=Effect.ONCE)
        except NoProvider:
            return None

    def _settle(self, scope: BrandScope, asking: BankAccount, asked: Asked[PennyDropResult] | None) -> BankAccount:
        bands = bands_of(self.settings.page(scope, BrandConfig))
        with self.begin(scope) as work:
            account = work.bank_accounts.get(asking.id)
            if account.version != asking.version:
                return work.finish(account)  # somebody else was faster
            name = _proved_name(work, account.customer_id)
            match asked.outcome if asked else None:
                case Done(value=result):
                    after = policy.judged(account, result, name=name, bands=bands)
                case Pending(handle=handle) if asked:
                    after = policy.waits(account, provider=asked.provider, handle=handle)
                    work.outbox.add(PennyOnItsWay(account.id))
                case NoRecord() | Refused(why=RefusedFor.ACCOUNT_INVALID | RefusedFor.INVALID_INPUT):
                    after = policy.refused(account)
                case _:
                    after = policy.unanswered(account)
            saved = _saved(work, after)
            if saved.proof is not account.proof:
                if saved.proof is not AccountProof.NONE:
                    work.outbox.add(AccountProved(account.customer_id, account.id, saved.proof.value))
                work.audit.add(AuditEvent("banking.prove-account", "bank_account", account.id, *_told(account, saved)))
            return work.finish(saved)


def _proved_name(work: BankingWork, customer_id: CustomerId) -> str:
    """Return the name that an authority confirmed. Raises Conflict where none did: what she says of herself proves no account."""
    profile = work.profiles.get(customer_id)
    if "first_name" not in profile.confirmed:
        raise Conflict("verify your PAN first: the account has to be in the name that it proves")
    return profile.name


def _saved(work: BankingWork, account: BankAccount) -> BankAccount:
    """Store *account*; the first one that is verified becomes the one that is paid."""
    saved = work.bank_accounts.save(account)
    if saved.proof is not AccountProof.VERIFIED:
        return saved
    if any(each.is_primary for each in work.bank_accounts.of_customer(account.customer_id)):
        return saved
    return work.bank_accounts.save(attrs.evolve(saved, is_primary=True))


@attrs.frozen
class DecideAccount:
    """A person of the lender decides about an account whose holder's name is only like the customer's, or unknown."""

    begin: Begin[BrandScope, BankingWork]

    def accept(
        self, scope: BrandScope, customer_id: CustomerId, account_id: BankAccountId, *, reason: str
    ) -> BankAccount:
        """Take it for hers: it is VERIFIED, and this name at the bank is from now on. Raises NotFound, Conflict unless it is in REVIEW."""
        with self.begin(scope) as work:
            account = own(work.bank_accounts.get(account_id), customer_id)
            return work.finish(self._write(work, account, policy.accepted(account), "banking.accept-account", reason))

    def decline(
        self, scope: BrandScope, customer_id: CustomerId, account_id: BankAccountId, *, reason: str
    ) -> BankAccount:
        """Take it for another's. Raises NotFound, Conflict unless it is in REVIEW."""
        with self.begin(scope) as work:
            account = own(work.bank_accounts.get(account_id), customer_id)
            return work.finish(self._write(work, account, policy.declined(account), "banking.decline-account", reason))

    def _write(
        self, work: BankingWork, before: BankAccount, after: BankAccount, action: str, reason: str
    ) -> BankAccount:
        saved = _saved(work, after)
        work.outbox.add(AccountProved(saved.customer_id, saved.id, saved.proof.value))
        work.audit.add(AuditEvent(action, "bank_account", saved.id, *_told(before, saved), reason=reason))
        return saved


@attrs.frozen
class ChoosePrimary:
    """Say which of her verified accounts loans are paid to."""

    begin: Begin[BrandScope, BankingWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId, account_id: BankAccountId) -> BankAccount:
        """Raises NotFound, Conflict for one that is not verified."""
        with self.begin(scope) as work:
            chosen = own(work.bank_accounts.get(account_id), customer_id)
            before = work.bank_accounts.of_customer(customer_id)
            changed = sorted(policy.primary_after(before, chosen), key=lambda each: each.is_primary)
            for each in changed:  # the old one first: there is never more than one
                work.bank_accounts.save(each)
            if changed:
                old = next((each.id for each in before if each.is_primary), None)
                told = differing({"primary": None if old is None else str(old)}, {"primary": str(account_id)})
                work.audit.add(AuditEvent("banking.choose-primary", "bank_account", account_id, *told))
            return work.finish(work.bank_accounts.get(account_id))


@attrs.frozen
class ReadAccounts:
    """Show a customer's accounts."""

    begin: Begin[BrandScope, BankingWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> tuple[BankAccount, ...]:
        """Return them, oldest first."""
        with self.begin(scope) as work:
            return tuple(work.bank_accounts.of_customer(customer_id))

    def one(self, scope: BrandScope, customer_id: CustomerId, account_id: BankAccountId) -> BankAccount:
        """Return one. Raises NotFound, also for another's."""
        with self.begin(scope) as work:
            return own(work.bank_accounts.get(account_id), customer_id)


def own(account: BankAccount, customer_id: CustomerId) -> BankAccount:
    """Return *account* if it is the customer's. Raises NotFound."""
    if account.customer_id != customer_id:
        raise NotFound("no such bank account")
    return account


def _told(before: BankAccount, after: BankAccount) -> tuple[dict[str, Value], dict[str, Value]]:
    def told(account: BankAccount) -> dict[str, Value]:
        return {"proof": account.proof.value, "why": account.why, "score": account.name_score}

    old, new = differing(told(before), told(after))
    return dict(old), dict(new)
