"""Accounts named, proved by a penny, and chosen: over HTTP, against the sandbox's bank on good days and bad ones."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.bridges import ProvedPayees
from los_domain.banking import policy
from los_domain.banking.model import AccountProof, AccountState, BankAccount, PennyDropResult
from los_domain.kyc.policy import NameBands
from los_domain.shared.errors import Conflict, NotFound, Rejected, TooMany
from los_domain.shared.identifiers import AccountNumber, Ifsc, Phone
from los_domain.shared.ids import BankAccountId, CustomerId
from tests.borrowers import Speaker, a_borrower
from tests.deliveries import deliver, let_waits_be_over
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand
from tests.vendors import SILENCES

ADD, VERIFY, LIST = "/web/bank/add-account", "/web/bank/verify", "/web/bank/accounts"
NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)


def hers(persona: Mapping[str, Any]) -> dict[str, str]:
    return {
        "accountNumber": persona["accountNumber"],
        "ifscCode": persona["ifsc"],
        "beneficiaryName": persona["name"],
    }


@pytest.fixture
def account(holder: Speaker, persona: Mapping[str, Any]) -> str:
    """Her account, named and not proved."""
    return str(holder.post(ADD, hers(persona), status=201)["id"])


class TestNaming:
    def test_bank_follows_from_the_ifsc_and_the_number_is_masked(
        self, holder: Speaker, persona: Mapping[str, Any]
    ) -> None:
        told = holder.post(ADD, hers(persona) | {"ifscCode": persona["ifsc"].lower()}, status=201)
        assert (told["status"], told["isPrimary"], told["ifscCode"]) == ("NONE", False, persona["ifsc"])
        assert told["bankName"]
        assert told["accountNumber"] == f"…{persona['accountNumber'][-4:]}"
        assert holder.get(LIST)["items"] == [told]

    def test_what_no_bank_has_is_told_by_field(self, holder: Speaker, persona: Mapping[str, Any]) -> None:
        refused = holder.ask("POST", ADD, hers(persona) | {"ifscCode": "HDFC0ZZZZZZ"})
        assert refused.status_code == 400
        (problem,) = refused.json()["message"]
        assert problem["field"] == "ifscCode"
        assert problem["fix"]
        assert holder.ask("POST", ADD, hers(persona) | {"accountNumber": "12 34"}).status_code == 400

    def test_twice_is_a_conflict_for_her_and_none_for_another(
        self,
        application: Application,
        brand: SomeBrand,
        http: TestClient[Any],
        holder: Speaker,
        account: str,
        persona: Any,
    ) -> None:
        assert holder.ask("POST", ADD, hers(persona)).status_code == 409
        a_borrower(application, brand, http).post(ADD, hers(persona), status=201)

    def test_anothers_account_is_not_there(
        self, application: Application, brand: SomeBrand, http: TestClient[Any], account: str
    ) -> None:
        other = a_borrower(application, brand, http)
        assert other.ask("GET", f"{LIST}/{account}").status_code == 404
        assert other.ask("POST", VERIFY, {"accountId": account}).status_code == 404
        assert other.ask("POST", f"{LIST}/{account}/primary").status_code == 404


class TestProving:
    def test_a_penny_and_a_name_make_it_the_primary_account(self, holder: Speaker, bank: Sandbox, account: str) -> None:
        told = holder.post(VERIFY, {"accountId": account})
        assert (told["status"], told["isPennyDropVerified"], told["isPrimary"]) == ("VERIFIED", True, True)
        assert told["nameScore"] >= 85
        assert holder.ask("POST", VERIFY, {"accountId": account}).status_code == 409
        steps = {step["step"]: step["state"] for step in holder.get("/web/onboarding")["steps"]}
        assert steps["BANK"] == "DONE"

    def test_one_key_sends_one_penny(self, holder: Speaker, bank: Sandbox, account: str) -> None:
        first = holder.ask("POST", VERIFY, {"accountId": account}, key="k1")
        again = holder.ask("POST", VERIFY, {"accountId": account}, key="k1")
        assert again.content == first.content
        assert again.headers["Idempotent-Replayed"] == "true"

    def test_without_a_proved_name_there_is_nothing_to_compare(
        self, application: Application, brand: SomeBrand, http: TestClient[Any], bank: Sandbox, persona: Any
    ) -> None:
        nobody = a_borrower(application, brand, http, phone=Phone("9123456780"))
        account = nobody.post(ADD, hers(persona), status=201)["id"]
        assert nobody.ask("POST", VERIFY, {"accountId": account}).status_code == 409

    def test_anothers_name_fails_and_says_why(
        self,
        application: Application,
        brand: SomeBrand,
        http: TestClient[Any],
        holder: Speaker,
        bank: Sandbox,
        persona: Any,
    ) -> None:
        other = bank.http.get("/_sandbox/personas", params={"seed": 8, "class": "prime"}).json()
        account = holder.post(ADD, hers(other), status=201)["id"]
        told = holder.post(VERIFY, {"accountId": account})
        assert (told["status"], told["reasonCode"], told["isPrimary"]) == ("FAILED", "NAME_MISMATCH", False)
        assert told["reason"]

    def test_an_account_that_the_bank_does_not_know_fails(self, holder: Speaker, bank: Sandbox, persona: Any) -> None:
        account = holder.post(ADD, hers(persona) | {"accountNumber": "99999999999"}, status=201)["id"]
        told = holder.post(VERIFY, {"accountId": account})
        assert (told["status"], told["reasonCode"]) == ("FAILED", "ACCOUNT_INVALID")

    @pytest.mark.parametrize("fault", SILENCES)
    def test_silence_proves_nothing_and_another_penny_may_follow(
        self, holder: Speaker, bank: Sandbox, account: str, fault: str
    ) -> None:
        bank.arm("digitap", fault, call="pennyDrop", **SILENCES[fault])
        answer = holder.ask("POST", VERIFY, {"accountId": account})
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert holder.get(f"{LIST}/{account}")["status"] == "NONE"
        if fault != "rate_limited":
            bank.http.delete("/_sandbox/faults")
            assert holder.post(VERIFY, {"accountId": account})["status"] == "VERIFIED"

    def test_a_penny_on_its_way_is_followed_by_a_worker(
        self, application: Application, holder: Speaker, bank: Sandbox, account: str
    ) -> None:
        bank.arm("digitap", "pending", call="pennyDrop")
        answer = holder.ask("POST", VERIFY, {"accountId": account})
        assert answer.status_code == 202
        assert answer.headers["location"] == f"/api/v1{LIST}/{account}"
        assert answer.json()["status"] == "CHECKING"
        assert holder.ask("POST", VERIFY, {"accountId": account}).status_code == 409
        deliver(application)
        let_waits_be_over(application)
        deliver(application)
        assert holder.get(f"{LIST}/{account}")["status"] == "VERIFIED"

    def test_what_she_says_of_herself_proves_no_account(
        self, application: Application, brand: SomeBrand, http: TestClient[Any], bank: Sandbox, persona: Any
    ) -> None:
        liar = a_borrower(application, brand, http, phone=Phone("9123456780"))
        liar.post("/web/personal-details/update", {"firstName": persona["firstName"], "lastName": persona["lastName"]})
        account = liar.post(ADD, hers(persona), status=201)["id"]
        assert liar.ask("POST", VERIFY, {"accountId": account}).status_code == 409

    def test_a_brand_without_a_provider_sends_no_penny(self, holder: Speaker, account: str) -> None:
        assert holder.ask("POST", VERIFY, {"accountId": account}).status_code == 503
        assert holder.get(f"{LIST}/{account}")["status"] == "NONE"

    def test_a_penny_that_nobody_follows_up_is_given_up_after_two_hours(
        self, application: Application, brand: SomeBrand, holder: Speaker, bank: Sandbox, account: str
    ) -> None:
        bank.arm("digitap", "pending", call="pennyDrop")
        bank.arm("digitap", "pending", call="pennyDropStatus", times=9)
        holder.post(VERIFY, {"accountId": account}, status=202)
        deliver(application)
        assert holder.get(f"{LIST}/{account}")["status"] == "CHECKING"
        with application.core.postgres.begin(brand.scope()) as work:
            work.context.connection.exec_driver_sql(
                "update bank_accounts set checked_at = checked_at - interval '2 hours'"
            )
        let_waits_be_over(application)
        deliver(application)
        told = holder.get(f"{LIST}/{account}")
        assert (told["status"], told["reasonCode"]) == ("NONE", "NO_ANSWER")


class TestDeciding:
    """A person looks at an account in REVIEW."""

    @pytest.fixture
    def doubtful(
        self, application: Application, brand: SomeBrand, holder: Speaker, bank: Sandbox, account: str, persona: Any
    ) -> str:
        """Her account, whose holder the bank writes in another way than her PAN does."""
        with application.core.postgres.begin(brand.scope()) as work:
            profile = work.profiles.get(holder.id)
            work.profiles.save(holder.id, attrs.evolve(profile, first_name=f"Zubeida Bano {persona['firstName']}"))
        told = holder.post(VERIFY, {"accountId": account})
        assert (told["status"], told["reasonCode"]) == ("REVIEW", "NAME_DIFFERS")
        return account

    def test_accepted_it_is_verified_paid_and_proved_once_more(
        self, application: Application, brand: SomeBrand, holder: Speaker, officer: Speaker, doubtful: str
    ) -> None:
        path = f"/partner/brand/{brand.id}/customers/{holder.id}/bank-accounts/{doubtful}"
        assert officer.ask("POST", f"{path}/verify", {}).status_code == 400
        told = officer.post(f"{path}/verify", {"reason": "Seen her passbook."})
        assert (told["status"], told["isPrimary"]) == ("VERIFIED", True)
        assert officer.ask("POST", f"{path}/verify", {"reason": "Again."}).status_code == 409
        once_more = application.banking.prove.once_more
        proved = once_more(brand.scope(), CustomerId(holder.id), BankAccountId(UUID(doubtful)))
        assert proved.proof is AccountProof.VERIFIED  # the name that was accepted is accepted again

    def test_rejected_it_is_somebody_elses(
        self, brand: SomeBrand, holder: Speaker, officer: Speaker, doubtful: str
    ) -> None:
        path = f"/partner/brand/{brand.id}/customers/{holder.id}/bank-accounts/{doubtful}"
        told = officer.post(f"{path}/reject", {"reason": "Her brother's account."})
        assert (told["status"], told["reasonCode"]) == ("FAILED", "NAME_MISMATCH")


class TestChoosing:
    def test_only_a_verified_account_is_paid_and_one_at_a_time(
        self, application: Application, brand: SomeBrand, holder: Speaker, bank: Sandbox, account: str, persona: Any
    ) -> None:
        assert holder.ask("POST", f"{LIST}/{account}/primary").status_code == 409
        holder.post(VERIFY, {"accountId": account})
        second = holder.post(ADD, hers(persona) | {"accountNumber": "12345678901"}, status=201)["id"]
        with application.core.postgres.begin(brand.scope()) as work:
            proved = work.bank_accounts.get(BankAccountId(UUID(second)))
            work.bank_accounts.save(attrs.evolve(proved, proof=AccountProof.VERIFIED))
        assert holder.post(f"{LIST}/{second}/primary")["isPrimary"]
        assert [each["isPrimary"] for each in holder.get(LIST)["items"]] == [False, True]


class TestOnceMore:
    """The penny before a payout."""

    def test_the_primary_account_is_proved_again(
        self, application: Application, brand: SomeBrand, holder: Speaker, bank: Sandbox, account: str
    ) -> None:
        customer, identity = CustomerId(holder.id), BankAccountId(UUID(account))
        with pytest.raises(Rejected) as refused:
            application.banking.prove.once_more(brand.scope(), customer, identity)
        assert refused.value.reasons == ("ACCOUNT_NOT_PRIMARY",)
        holder.post(VERIFY, {"accountId": account})
        assert application.banking.prove.once_more(brand.scope(), customer, identity).proof is AccountProof.VERIFIED


AN_ACCOUNT = BankAccount(
    id=BankAccountId(UUID(int=1)),
    customer_id=CustomerId(UUID(int=2)),
    number=AccountNumber("50100000001001"),
    ifsc=Ifsc("HDFC0000060"),
    bank="HDFC Bank",
    branch="",
    holder="Anaya Deshmukh",
    added_at=NOW,
)


@pytest.mark.parametrize(
    ("state", "name_at_bank", "proof", "why"),
    [
        (AccountState.VALID, "ANAYA DESHMUKH", AccountProof.VERIFIED, ""),
        (AccountState.VALID, "MS DESHMUKH ANAYA", AccountProof.VERIFIED, ""),
        (AccountState.VALID, "RAVI KUMAR", AccountProof.FAILED, "NAME_MISMATCH"),
        (AccountState.VALID, "  ", AccountProof.REVIEW, "NAME_UNKNOWN"),
        (AccountState.INVALID, "", AccountProof.FAILED, "ACCOUNT_INVALID"),
    ],
)
def test_what_a_banks_word_proves(state: AccountState, name_at_bank: str, proof: AccountProof, why: str) -> None:
    judged = policy.judged(AN_ACCOUNT, PennyDropResult(state, name_at_bank), name="Anaya Deshmukh", bands=NameBands())
    assert (judged.proof, judged.why) == (proof, why)


def test_a_name_between_the_bands_goes_to_a_person() -> None:
    bands = NameBands(match_from=100, review_from=1)
    result = PennyDropResult(AccountState.VALID, "ANAYA D")
    assert policy.judged(AN_ACCOUNT, result, name="Anaya Deshmukh", bands=bands).proof is AccountProof.REVIEW


def test_a_checking_that_a_crash_cut_short_is_over_after_a_minute() -> None:
    checking = policy.sent(AN_ACCOUNT, at=NOW)
    with pytest.raises(Conflict):
        policy.refuse_penny(checking, [checking], now=NOW + timedelta(seconds=59))
    policy.refuse_penny(checking, [checking], now=NOW + timedelta(seconds=60))
    followed = policy.waits(checking, provider=None, handle="txn-1")  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        policy.refuse_penny(followed, [followed], now=NOW + timedelta(days=2))


def test_five_pennies_a_day() -> None:
    first, second = (attrs.evolve(AN_ACCOUNT, id=BankAccountId(UUID(int=n))) for n in (1, 2))
    for hour in range(3):
        first = policy.unanswered(policy.sent(first, at=NOW + timedelta(hours=hour)))
    for hour in (3, 4):
        policy.refuse_penny(second, [first, second], now=NOW + timedelta(hours=hour))
        second = policy.unanswered(policy.sent(second, at=NOW + timedelta(hours=hour)))
    with pytest.raises(TooMany) as refused:
        policy.refuse_penny(second, [first, second], now=NOW + timedelta(hours=23))
    assert refused.value.retry_after_seconds == 3600
    policy.refuse_penny(second, [first, second], now=NOW + timedelta(hours=24))


def test_a_payee_is_the_account_as_the_bank_knows_it(
    application: Application, brand: SomeBrand, holder: Speaker, bank: Sandbox, account: str, persona: Any
) -> None:
    holder.post(VERIFY, {"accountId": account})
    payees = ProvedPayees(application.core.postgres.begin, application.banking.prove)
    payee = payees.proved(brand.scope(), CustomerId(holder.id), BankAccountId(UUID(account)))
    assert payee == payees.known(brand.scope(), CustomerId(holder.id), BankAccountId(UUID(account)))
    assert (payee.account.value, payee.phone.value) == (persona["accountNumber"], persona["phone"])
    with pytest.raises(NotFound):
        payees.known(brand.scope(), CustomerId(UUID(int=1)), BankAccountId(UUID(account)))
