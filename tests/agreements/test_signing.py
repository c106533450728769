"""Agreements over a real database and the sandbox's signing service: printed once, sent once, believed only when the service says so."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import attrs
import httpx
import pytest
import sqlalchemy as sa

from los_adapters.agreements import wiring
from los_adapters.agreements.tables import agreements
from los_adapters.agreements.wiring import AgreementsUseCases
from los_adapters.bootstrap import Application
from los_adapters.messaging.tables import messages
from los_domain.access.model import Audience
from los_domain.agreements.model import Agreement, AgreementStatus, Contents, EndedWhy, Party
from los_domain.brands.config import BrandConfig
from los_domain.brands.model import Attempt, Subject
from los_domain.brands.usecases.providers import ProviderWish
from los_domain.loans.events import OfferAccepted
from los_domain.loans.model import Loan
from los_domain.loans.states import IllegalTransition, LoanEvent, LoanStatus
from los_domain.messaging.model import Occasion
from los_domain.shared.actor import Actor, ActorKind, BrandScope
from los_domain.shared.errors import Conflict, NotFound, ProviderRefused, ProviderUnavailable
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import AttemptId, LoanId
from los_worker.agreements.actors import SUBSCRIPTIONS
from los_worker.agreements.jobs import look as look_at_all
from tests.borrowers import Speaker, a_borrower, api_of, logged_in
from tests.connected import Connected, until
from tests.documents.copied import copied
from tests.documents.test_typeset import key_facts
from tests.loans.stored import a_stored_loan
from tests.messaging.test_notices import run_of
from tests.services import SettableClock, a_staff
from tests.worker.events import working

FACTS = key_facts()


@attrs.frozen
class Known:
    """What loans and customers would say."""

    begin: Any

    def party(self, scope: BrandScope, loan_id: LoanId) -> Party:
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id)
        return Party(
            customer_id=loan.customer_id,
            name="Asha Deshpande",
            gender="Female",
            birth_date=date(1992, 4, 17),
            address="14 MG Road, Pune 411001",
            pan_masked="ZZXXX00XXA",
            aadhaar_last_four="4321",
            phone=Phone("9000000001"),
            email=Email("asha@example.in"),
        )

    def contents(self, scope: BrandScope, loan_id: LoanId) -> Contents:
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id)
        if loan.accepted_at is None:
            raise NotFound("the key facts were not accepted yet")
        return Contents(
            loan_number=loan.number,
            amount_in_words=FACTS.sanctioned.in_words(),
            facts=FACTS.content(),
            digest=FACTS.digest(),
            accepted_on=date(2026, 11, 23),
            pay_to="…1001, SBXB0000411",
            brand_name="Aarambh",
            lender_name="Aarambh Finance Limited",
            registration_number="N-13.02345",
        )


@attrs.frozen
class Desk:
    """A brand with a signing service, and its papers."""

    house: Connected
    do: AgreementsUseCases
    loan: Loan

    @property
    def scope(self) -> BrandScope:
        return self.house.brand.scope()

    @property
    def status(self) -> LoanStatus:
        with self.house.application.core.postgres.begin(self.scope) as work:
            found: LoanStatus = work.loans.get(self.loan.id).status
            return found

    def paper(self) -> Agreement:
        """Return the newest."""
        with self.house.application.core.postgres.begin(self.scope) as work:
            found: Agreement = work.agreements.of_loan(self.loan.id)[0]
            return found

    def sent(self) -> Agreement:
        """Have a paper printed and sent, and return it."""
        self.do.send(self.scope, self.do.prepare(self.scope, self.loan.id).id)
        return self.paper()

    def act(self, outcome: str) -> None:
        """Let the borrower do something at the service."""
        done = self.house.sandbox.act("signzy", "sign", contractId=self.paper().envelope_id, outcome=outcome)
        assert done.status_code == 200, done.text


@pytest.fixture
def desk(connected: Connected) -> Desk:
    application = connected.application
    begin = application.core.postgres.begin
    use_cases = wiring.build(
        application.core,
        facts=Known(begin),
        providers=application.providers,
        files=application.documents.files,
        typesetter=application.documents.typesetter,
        pages=application.pages,
        belonging=application.belonging,
        receive=application.receive_webhook,
    )
    return Desk(connected, use_cases, a_stored_loan(begin, connected.brand, status=LoanStatus.SANCTIONED))


def impatient(house: Connected) -> None:
    """Let the service answer within a second."""
    scope = house.brand.scope()
    with house.application.core.postgres.begin(scope) as work:
        old = next(one for one in work.providers.all() if one.name == "SIGNZY")
    wish = ProviderWish(old.kind, old.name, {**old.config, "read_seconds": 1.0})
    house.application.brand.save_provider(scope, wish, provider=old.id, version=old.version)


def test_a_paper_is_printed_once_and_the_loan_waits_for_it(desk: Desk) -> None:
    paper = desk.do.prepare(desk.scope, desk.loan.id)
    assert (paper.status, paper.number, desk.status) == (
        AgreementStatus.PENDING,
        1,
        LoanStatus.AGREEMENT_PENDING,
    )
    text = copied(desk.house.application.documents.files.get(paper.file_key))
    assert "AshaDeshpande" in text
    assert FACTS.digest() in text
    assert desk.do.prepare(desk.scope, desk.loan.id) == paper, "the event came twice"


def test_no_paper_without_an_accepted_offer_or_a_sanction(desk: Desk, connected: Connected) -> None:
    begin = connected.application.core.postgres.begin
    early = a_stored_loan(begin, connected.brand, number=2, status=LoanStatus.SANCTIONED, accepted_at=None, digest="")
    with pytest.raises(NotFound):
        desk.do.prepare(desk.scope, early.id)
    review = a_stored_loan(begin, connected.brand, number=3, status=LoanStatus.UNDER_REVIEW)
    with pytest.raises(IllegalTransition):
        desk.do.prepare(desk.scope, review.id)


def test_it_is_sent_signed_and_believed_once(desk: Desk) -> None:
    paper = desk.sent()
    assert paper.status is AgreementStatus.SENT
    assert paper.signer_url.startswith(desk.house.sandbox.url)
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.SENT, "nobody signed yet"
    assert desk.status is LoanStatus.AGREEMENT_PENDING
    desk.act("signed")
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.SIGNED
    assert desk.status is LoanStatus.AGREEMENT_SIGNED
    signed = desk.paper()
    files = desk.house.application.documents.files
    assert files.get(signed.signed_key).startswith(files.get(signed.file_key)), "what was signed is what was printed"
    assert (signed.signed_by, signed.signed_sha256 != signed.sha256) == ("Asha Deshpande", True)
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.SIGNED, "looked at again: nothing more happens"
    with pytest.raises(Conflict):
        desk.do.resend(desk.scope, desk.loan.id)


@pytest.mark.parametrize(("outcome", "why"), [("rejected", EndedWhy.DECLINED), ("failed", EndedWhy.FAILED)])
def test_what_nobody_signs_ends_and_can_be_sent_again(desk: Desk, outcome: str, why: EndedWhy) -> None:
    first = desk.sent()
    desk.act(outcome)
    assert desk.do.look(desk.scope, first.id) is AgreementStatus.EXPIRED
    assert (desk.paper().ended_why, desk.status, desk.paper().signer_url) == (why, LoanStatus.SANCTIONED, "")
    second = desk.do.resend(desk.scope, desk.loan.id)
    assert (second.number, desk.status) == (2, LoanStatus.AGREEMENT_PENDING)
    desk.do.send(desk.scope, second.id)
    desk.act("signed")
    assert desk.do.look(desk.scope, second.id) is AgreementStatus.SIGNED
    assert desk.status is LoanStatus.AGREEMENT_SIGNED


def test_time_runs_out_by_business_time(desk: Desk, clock: SettableClock) -> None:
    paper = desk.sent()
    assert paper.expires_at == clock.now() + timedelta(days=7)
    clock.advance(days=7, seconds=-1)
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.SENT
    clock.advance(seconds=1)
    assert desk.do.open_ones(desk.scope) == (paper.id,)
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.EXPIRED
    assert (desk.paper().ended_why, desk.status) == (EndedWhy.TIME, LoanStatus.SANCTIONED)
    assert desk.do.open_ones(desk.scope) == ()


def test_a_signature_in_the_last_moment_counts_though_its_call_back_was_lost(desk: Desk, clock: SettableClock) -> None:
    paper = desk.sent()
    desk.act("signed")
    clock.advance(days=8)
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.SIGNED


def test_while_the_link_holds_it_is_only_told_again(desk: Desk) -> None:
    paper = desk.sent()
    assert desk.do.resend(desk.scope, desk.loan.id).id == paper.id
    assert desk.paper().number == 1


# Each fault of the service while a contract is asked for, and what becomes of the paper: minted at most once, whatever happens.
@pytest.mark.parametrize(
    ("fault", "error", "again"),
    [
        ({"kind": "down"}, ProviderRefused, ProviderRefused),
        ({"kind": "slow", "seconds": 3}, ProviderRefused, ProviderRefused),
        ({"kind": "rate_limited", "seconds": 1}, ProviderUnavailable, ProviderUnavailable),
        ({"kind": "server_error"}, ProviderRefused, ProviderRefused),
        ({"kind": "garbage"}, ProviderRefused, ProviderRefused),
        ({"kind": "refuse"}, ProviderRefused, None),
        ({"kind": "success_then_timeout"}, ProviderRefused, ProviderRefused),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_a_contract_is_never_asked_for_twice_by_itself(desk: Desk, fault: Any, error: Any, again: Any) -> None:
    impatient(desk.house)
    paper = desk.do.prepare(desk.scope, desk.loan.id)
    desk.house.sandbox.arm("signzy", call="initiate", **fault)
    with pytest.raises(error):
        desk.do.send(desk.scope, paper.id)
    assert desk.paper().status is AgreementStatus.PENDING
    if again is None:
        assert desk.do.send(desk.scope, paper.id) is AgreementStatus.SENT
        return
    with pytest.raises(again):
        desk.do.send(desk.scope, paper.id)
    if again is ProviderRefused:
        made = [one for one in desk.house.sandbox.record("calls") if one.get("call") == "initiate"]
        replaced = desk.do.resend(desk.scope, desk.loan.id)
        assert (replaced.number, desk.status) == (2, LoanStatus.AGREEMENT_PENDING), made


@pytest.mark.parametrize("kind", ["down", "slow", "rate_limited", "server_error", "garbage", "success_then_timeout"])
@pytest.mark.parametrize("call", ["pullData", "file"])
def test_a_bad_day_while_looking_changes_nothing_and_is_looked_at_again(desk: Desk, kind: str, call: str) -> None:
    impatient(desk.house)
    paper = desk.sent()
    desk.act("signed")
    desk.house.sandbox.arm("signzy", kind, call=call, **({"seconds": 2} if kind == "slow" else {}))
    with pytest.raises(ProviderUnavailable):
        desk.do.look(desk.scope, paper.id)
    assert (desk.paper().status, desk.status) == (AgreementStatus.SENT, LoanStatus.AGREEMENT_PENDING)
    desk.house.sandbox.http.delete("/_sandbox/faults")
    until(lambda: signed_by_now(desk, paper))
    assert desk.status is LoanStatus.AGREEMENT_SIGNED


def signed_by_now(desk: Desk, paper: Agreement) -> bool:
    """Look as a worker does, who comes back while the service asks for patience."""
    try:
        return desk.do.look(desk.scope, paper.id) is AgreementStatus.SIGNED
    except ProviderUnavailable:
        return False


def test_a_contract_that_was_made_before_its_maker_was_killed_is_not_made_again(desk: Desk) -> None:
    paper = desk.do.prepare(desk.scope, desk.loan.id)
    core = desk.house.application.core
    with core.postgres.begin(desk.scope) as work:
        provider = next(one for one in work.providers.all() if one.name == "SIGNZY")
        work.attempts.open(
            Attempt(
                id=AttemptId(core.ids.new()),
                ref=core.ids.vendor_ref(),
                kind=provider.kind,
                call="send",
                provider=provider.name,
                provider_id=provider.id,
                subject=Subject("agreement", paper.id),
                started_at=core.wall.now(),
                outcome="DONE",
                provider_reference="a contract of ours",
            )
        )
    with pytest.raises(ProviderRefused):
        desk.do.send(desk.scope, paper.id)
    assert desk.paper().status is AgreementStatus.PENDING


def test_staff_is_told_of_what_nobody_signed(desk: Desk, connected: Connected) -> None:
    page = BrandConfig(esign_notified=("ops@lender.example",))
    connected.application.settings.save(desk.scope, page, version=0)
    paper = desk.sent()
    desk.act("rejected")
    desk.do.look(desk.scope, paper.id)
    assert connected.application.messaging.notify(desk.scope, Occasion.STAFF, paper.id) == 1
    with connected.application.core.postgres.begin(desk.scope) as work:
        row = work.context.connection.execute(sa.select(messages.c.id).order_by(messages.c.id.desc()).limit(1)).one()
        mail = work.messages.get(row.id)
    assert (mail.to, mail.subject) == (
        "ops@lender.example",
        f"Aarambh: agreement of loan {desk.loan.number} was not signed",
    )
    assert "the borrower declined" in mail.body


def test_a_loan_that_ended_meanwhile_is_not_revived(desk: Desk) -> None:
    paper = desk.sent()
    begin = desk.house.application.core.postgres.begin
    with begin(desk.scope) as work:
        loan = work.loans.get(desk.loan.id, lock=True)
        work.loans.save(attrs.evolve(loan, status=LoanStatus.REJECTED))
    desk.act("signed")
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.SIGNED
    assert desk.status is LoanStatus.REJECTED


def test_the_link_lies_sealed(desk: Desk) -> None:
    paper = desk.sent()
    with desk.house.application.core.postgres.begin(desk.scope) as work:
        raw = work.context.connection.execute(
            sa.select(agreements.c.signer_url).where(agreements.c.id == paper.id)
        ).scalar_one()
    assert b"http" not in bytes(raw)


# Calls of the service -------------------------------------------------------------------------------------------------


@pytest.fixture
def worker(desk: Desk) -> Iterator[Desk]:
    """A worker that hears what agreements hear."""
    with working(attrs.evolve(desk.house.application, agreements=desk.do), *SUBSCRIPTIONS):
        yield desk


def test_from_the_accepted_offer_to_the_signature_by_events_alone(worker: Desk) -> None:
    with worker.house.application.core.postgres.begin(worker.scope) as work:
        work.outbox.add(OfferAccepted(worker.loan.id, 1))
    until(lambda: worker.status is LoanStatus.AGREEMENT_PENDING)
    until(lambda: worker.paper().status is AgreementStatus.SENT)
    worker.act("signed")
    until(lambda: worker.status is LoanStatus.AGREEMENT_SIGNED)
    assert worker.paper().status is AgreementStatus.SIGNED


@pytest.mark.parametrize("kind", ["duplicate_webhook", "late_webhook", "forged_webhook", "no_webhook"])
def test_calls_that_come_twice_late_forged_or_never(worker: Desk, kind: str) -> None:
    worker.sent()
    worker.house.sandbox.arm("signzy", kind, call="contract", **({"seconds": 0.5} if kind == "late_webhook" else {}))
    worker.act("signed")
    if kind == "no_webhook":
        assert worker.status is LoanStatus.AGREEMENT_PENDING
        application = attrs.evolve(worker.house.application, agreements=worker.do)
        assert look_at_all(application, run_of(worker.house.clock.today())) >= 1
    until(lambda: worker.status is LoanStatus.AGREEMENT_SIGNED)
    with worker.house.application.core.postgres.begin(worker.scope) as work:
        signed = [step for step in work.loans.history(worker.loan.id) if step.event is LoanEvent.SIGN]
    assert len(signed) == 1


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_who_may_call(desk: Desk, prefix: str) -> None:
    paper = desk.sent()
    url = f"{desk.house.url}{prefix}/webhook/esign"
    body = {"contractId": paper.envelope_id, "contractStatus": "COMPLETED"}

    def call(body: Any, **headers: str) -> int:
        return httpx.post(url, json=body, headers=headers, trust_env=False).status_code

    assert call(body, authorization="guessed") == 401
    assert call(body) == 401
    assert call({"contractId": "unknown"}, authorization="guessed") == 404
    assert call([]) == 400
    assert desk.status is LoanStatus.AGREEMENT_PENDING
    with desk.house.application.core.postgres.begin(desk.scope) as work:
        word = next(one for one in work.providers.all() if one.name == "SIGNZY").config["callback_secret"]
    assert call(body, authorization=word) == 200
    assert desk.do.look(desk.scope, paper.id) is AgreementStatus.SENT, "a true call with a false word changes nothing"


def test_staff_and_borrower_see_it(desk: Desk) -> None:
    paper, application = desk.sent(), desk.house.application
    with api_of(attrs.evolve(application, agreements=desk.do)) as http:
        credit = logged_in(application, a_staff(application, "CREDIT", brand=desk.house.brand), desk.house.brand, http)
        where = f"/partner/brand/{desk.house.brand.id}/loans/{desk.loan.id}/agreement"
        shown = credit.get(where)
        assert (shown["status"], shown["docketId"], shown["sha256"]) == ("SENT", paper.envelope_id, paper.sha256)
        assert credit.post(f"{where}/resend", status=202)["number"] == 1
        viewer = logged_in(application, a_staff(application, "VIEWER", brand=desk.house.brand), desk.house.brand, http)
        assert viewer.ask("POST", f"{where}/resend").status_code == 403
        mine = borrower_of(application, desk, http).get(f"/web/loans/{desk.loan.id}/documents/agreement")
        assert mine["signUrl"] == paper.signer_url
        file = http.get(mine["url"].removeprefix(desk.house.url))
        assert hashlib.sha256(file.content).hexdigest() == paper.sha256
        other = a_borrower(application, desk.house.brand, http)
        assert other.ask("GET", f"/web/loans/{desk.loan.id}/documents/agreement").status_code == 404


def borrower_of(application: Application, desk: Desk, http: Any) -> Speaker:
    """Return the borrower of the desk's loan, logged in."""
    with application.core.postgres.begin(desk.scope) as work:
        _, tokens = application.access.open_session(
            work.sessions,
            audience=Audience.WEB,
            subject=desk.loan.customer_id,
            brand=desk.house.brand.id,
            epoch=0,
            now=application.core.wall.now(),
            address="",
        )
    actor = Actor(ActorKind.BORROWER, desk.loan.customer_id)
    return Speaker(desk.loan.customer_id, desk.house.brand, tokens.access, http, actor)
