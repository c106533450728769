"""The whole object graph. The only place that knows which adapter serves which port; tests call it with settings of their own."""

import time
from collections.abc import Mapping

import attrs
import psycopg
import sqlalchemy as sa

from los_adapters import bridges
from los_adapters.access import wiring as access
from los_adapters.access.queries import Door
from los_adapters.access.secrets import SystemSecrets
from los_adapters.agreement_facts import AgreementFactsOf
from los_adapters.agreements import wiring as agreements
from los_adapters.audit import wiring as audit
from los_adapters.banking import wiring as banking
from los_adapters.brands import wiring as founding
from los_adapters.brands.queries import BrandQueries
from los_adapters.brands.router import Router
from los_adapters.bureau import wiring as bureau
from los_adapters.core import Core
from los_adapters.customers import wiring as customers
from los_adapters.decisioning import wiring as decisioning
from los_adapters.disbursement import wiring as disbursement
from los_adapters.documents import wiring as documents
from los_adapters.jobs import wiring as jobs
from los_adapters.kyc import wiring as kyc
from los_adapters.ledger import wiring as accounts
from los_adapters.loans import wiring as loans
from los_adapters.loans.night import NightQueries
from los_adapters.loans.wiring import CertificateUseCases
from los_adapters.messaging import wiring as messaging
from los_adapters.notices import Notices
from los_adapters.onboarding import wiring as onboarding
from los_adapters.payments import wiring as payments
from los_adapters.settings import wiring as settings_pages
from los_adapters.settings.queries import SettingsQueries
from los_adapters.shared.belonging import SqlBelonging
from los_adapters.shared.cache import Cache, PostgresShelf, RedisShelf
from los_adapters.shared.clocks import OffsetClock, SystemClock
from los_adapters.shared.database import Database, Read, refuse_privileged
from los_adapters.shared.deliveries import SqlDeliveries
from los_adapters.shared.health import Health
from los_adapters.shared.ids import SystemIds
from los_adapters.shared.limits import Limits, LocalPurse, PostgresPurse, RedisPurse
from los_adapters.shared.providers_catalogue import CATALOGUE, part_for
from los_adapters.shared.settings import BadSettings, Settings, load
from los_adapters.shared.vault import Vault, VaultError, read_master_key
from los_adapters.work import Postgres
from los_domain.loans.usecases.end_of_day import CloseDay, EndOfDay
from los_domain.loans.usecases.prove import ProveBooks
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.clocks import Clock
from los_domain.shared.inbox import ReadWebhook, ReceiveWebhook
from los_domain.shared.moving import MoveClock

_INSTALLATION = Read("select clock_offset_seconds, master_key_fingerprint from installation", {})
_ASIDE = 4  # connections a role for health and webhooks, which busy requests cannot use up
_NIGHT_PAUSE = 0.25  # seconds between two tries of loans that somebody holds
_SYSTEM = PlatformScope(Actor.system("bootstrap"))


class NotReady(RuntimeError):
    """The installation may not serve yet. The message says what to do."""


@attrs.frozen
class Application:
    """Everything a driver may call."""

    core: Core
    door: Door
    health: Health
    move_clock: MoveClock
    brands: BrandQueries
    brand: founding.BrandsUseCases
    providers: Router
    pages: SettingsQueries
    settings: settings_pages.SettingsUseCases
    belonging: SqlBelonging
    receive_webhook: ReceiveWebhook
    read_webhook: ReadWebhook
    deliveries: SqlDeliveries
    access: access.AccessUseCases
    customers: customers.CustomersUseCases
    documents: documents.DocumentsUseCases
    kyc: kyc.KycUseCases
    banking: banking.BankingUseCases
    disbursement: disbursement.DisbursementUseCases
    onboarding: onboarding.OnboardingUseCases
    bureau: bureau.BureauUseCases
    loans: loans.LoansUseCases
    decisioning: decisioning.DecisioningUseCases
    messaging: messaging.MessagingUseCases
    agreements: agreements.AgreementsUseCases
    payments: payments.PaymentsUseCases
    accounts: accounts.AccountUseCases
    no_dues: CertificateUseCases
    close_day: CloseDay
    nights: NightQueries
    prove_books: ProveBooks
    jobs: jobs.JobsUseCases
    audit: audit.AuditUseCases

    def offset_seconds(self) -> int:
        """Return how far business time is ahead of the wall clock."""
        found = self.core.database.read_one(_SYSTEM, _INSTALLATION)
        return int(found[0]) if found else 0

    def close(self) -> None:
        """Close every connection."""
        self.providers.close()
        self.core.database.close()
        self.core.aside.database.close()


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises BadSettings naming every variable that is missing or wrong."""
    return load(Settings, environ)


def build(settings: Settings, *, clock: Clock | None = None) -> Application:
    """
    Wire the system, over business time by *clock* where a test gives one.

    Raises VaultError under a wrong master key, RuntimeError under a privileged database role.
    """
    core = build_core(settings, clock=clock)
    log_in = access.build(core)
    providers, pages = founding.router(core, CATALOGUE), SettingsQueries(core.database)
    names, papers = BrandQueries(core.database), documents.build(core)
    borrowers = customers.build(core, log_in, providers, bridges.name_score)
    belonging, receive, read = (
        SqlBelonging(core.database),
        ReceiveWebhook(core.aside.begin),
        ReadWebhook(core.postgres.begin),
    )
    steps = onboarding.build(core, pages)
    accounts_at_banks = banking.build(core, providers, pages, papers.files)
    missing = bridges.StepsMissing(steps.read)
    return Application(
        core=core,
        door=Door(core.database),
        health=Health(
            core.aside.database,
            core.cache,
            {"rabbitmq": settings.rabbitmq_url, "redis": settings.redis_url}.get(settings.queue, ""),
        ),
        move_clock=MoveClock(core.postgres.begin, core.settings.sandbox),
        brands=names,
        brand=founding.build(core, CATALOGUE, providers, part_for),
        providers=providers,
        pages=pages,
        settings=settings_pages.build(core),
        belonging=belonging,
        receive_webhook=receive,
        read_webhook=read,
        deliveries=SqlDeliveries(core.database, core.ids),
        access=log_in,
        customers=borrowers,
        kyc=kyc.build(
            core,
            providers=providers,
            settings=pages,
            files=papers.files,
            person=borrowers.person,
            lenders=bridges.Lenders(names),
        ),
        banking=accounts_at_banks,
        disbursement=disbursement.build(
            core, providers, pages, bridges.ProvedPayees(core.postgres.begin, accounts_at_banks.prove)
        ),
        onboarding=steps,
        documents=papers,
        bureau=bureau.build(core, providers, pages),
        loans=loans.build(
            core,
            pages,
            missing,
            blocks=bridges.Blocks(borrowers.lists),
            lender=names.lender_of,
            brand_name=names.name,
            typesetter=papers.typesetter,
        ),
        decisioning=decisioning.build(core, missing),
        messaging=messaging.build(
            core,
            providers=providers,
            files=papers.files,
            pages=pages,
            names=names,
            facts=Notices(core.postgres, names, pages, core.clock),
        ),
        agreements=agreements.build(
            core,
            facts=AgreementFactsOf(core.postgres, names, pages),
            providers=providers,
            files=papers.files,
            typesetter=papers.typesetter,
            pages=pages,
            belonging=belonging,
            receive=receive,
        ),
        payments=payments.build(core, providers, pages, belonging, receive, read),
        accounts=accounts.build(core),
        no_dues=loans.certificates(
            core, bridges.PartiesOf(core.postgres.begin, names, pages), papers.typesetter, papers.files
        ),
        close_day=CloseDay(
            EndOfDay(core.postgres.begin, core.clock, lambda: time.sleep(_NIGHT_PAUSE)),
            lambda: [brand.id for brand in names.every()],
        ),
        nights=NightQueries(core.database),
        prove_books=ProveBooks(core.postgres.begin),
        jobs=jobs.build(core),
        audit=audit.build(core),
    )


def build_core(settings: Settings, *, clock: Clock | None = None) -> Core:
    """Open database, keys and clocks, and refuse what is unsafe."""
    vault = Vault(read_master_key(settings.master_key_file))
    wall, ids = SystemClock(), SystemIds()
    database = Database.connect(settings.database_urls(), size=settings.database_connections)
    try:
        for engine in database.engines.values():
            with engine.connect() as connection:
                refuse_privileged(connection)
        row = database.read_one(_SYSTEM, _INSTALLATION)
    except sa.exc.OperationalError as error:
        raise NotReady(
            f"the database lets no role of ours in; run `los migrate` or `los doctor`: {error.orig}"
        ) from None
    except psycopg.errors.UndefinedTable:
        row = None
    if row is None:
        raise NotReady("the database is empty: run `los migrate`")
    if row[1] != vault.fingerprint():
        raise VaultError("this database was made under another master key: give the process the key it was made with")
    if row[0] and not settings.sandbox:
        raise NotReady("the clock was moved, which only a sandbox may: set LOS_SANDBOX=1, or restore the database")

    def offset() -> int:
        found = database.read_one(_SYSTEM, _INSTALLATION)
        return int(found[0]) if found else 0

    business = clock or (OffsetClock(wall, offset) if settings.sandbox else wall)
    by_redis = settings.cache == "redis"
    if by_redis and not settings.redis_url:
        raise BadSettings("LOS_REDIS_URL is missing, and LOS_CACHE=redis needs it")
    cache = Cache(RedisShelf.at(settings.redis_url) if by_redis else PostgresShelf(database), vault)
    aside = Database.connect(settings.database_urls(), size=_ASIDE)
    return Core(
        settings=settings,
        database=database,
        postgres=Postgres(database, vault, ids, business, wall, cache),
        aside=Postgres(aside, vault, ids, business, wall, cache),
        vault=vault,
        secrets=SystemSecrets(vault),
        clock=business,
        wall=wall,
        ids=ids,
        cache=cache,
        limits=Limits(RedisPurse.at(settings.redis_url) if by_redis else PostgresPurse(database)),
        limits_here=Limits(LocalPurse()),
    )
