"""Sessions, one-time passwords and what roles may do: values."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.ids import BrandId, SessionId


class Audience(Enum):
    """For whom a token is. The two are not interchangeable."""

    WEB = "web"
    PARTNER = "partner"


class OtpPurpose(Enum):
    """What a one-time password proves; one for log-in opens nothing else."""

    LOGIN = "login"
    MOBILE = "mobile"


@attrs.frozen
class Otp:
    """One password that was sent. The code itself is kept as a keyed hash only."""

    id: UUID
    purpose: OtpPurpose
    phone_index: bytes
    code_hash: bytes = attrs.field(repr=False)
    sent_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


@attrs.frozen
class Session:
    """A log-in. It ends by expiry, by log-out, or because a spent refresh token came back."""

    id: SessionId
    audience: Audience
    subject_id: UUID
    brand_id: BrandId | None
    created_at: datetime
    expires_at: datetime
    address: str = ""
    device: str = ""
    revoked_at: datetime | None = None
    revoked_why: str = ""


@attrs.frozen
class RefreshToken:
    """One link of a session's chain of refresh tokens, kept as a hash."""

    hash: bytes
    session_id: SessionId
    issued_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None


@attrs.frozen
class Tokens:
    """What a log-in answers: a short-lived access token and the next refresh token."""

    access: str = attrs.field(repr=False)
    refresh: str = attrs.field(repr=False)
    expires_in_seconds: int


class Permission(Enum):
    """One thing a staff member may do. Routes declare these; roles are sets of them."""

    LOANS_READ = "loans.read"
    LOANS_DECIDE = "loans.decide"  # status, sanction, reject, evaluate
    LOANS_BYPASS = "loans.bypass-reports"
    LOANS_DISBURSE = "loans.disburse"
    LOANS_SERVICE = "loans.service"  # reschedule, NDC, comments, agreement
    COLLECTION_READ = "collection.read"
    COLLECTION_WRITE = "collection.write"
    SETTLEMENT_PROPOSE = "settlement.propose"
    WRITEOFF_PROPOSE = "writeoff.propose"
    APPROVE = "approvals.decide"
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    PERSONAL_DATA = "customers.personal-data"  # unmasked
    PAYMENTS_READ = "payments.read"
    PAYMENTS_MAKE = "payments.make"
    PAYMENTS_CHECK = "payments.check"
    REPORTS_READ = "reports.read"
    DASHBOARD_READ = "dashboard.read"
    STAFF_READ = "staff.read"
    STAFF_WRITE = "staff.write"
    AUDIT_READ = "audit.read"
    SETTINGS_READ = "settings.read"
    SETTINGS_WRITE = "settings.write"
    LEADS_READ = "leads.read"
    LEADS_WRITE = "leads.write"
    MESSAGES_WRITE = "messages.write"
    DECISIONS_READ = "decisions.read"
    POLICY_WRITE = "policy.write"
    JOBS_WRITE = "jobs.write"
    PLATFORM_ADMIN = "platform.admin"


_READS = frozenset(p for p in Permission if p.value.endswith(".read"))

ROLES: dict[str, frozenset[Permission]] = {
    "ADMIN": frozenset(Permission) - {Permission.PLATFORM_ADMIN},
    "CREDIT": _READS - {Permission.AUDIT_READ, Permission.SETTINGS_READ, Permission.STAFF_READ}
    | {
        Permission.LOANS_DECIDE,
        Permission.LOANS_BYPASS,
        Permission.LOANS_SERVICE,
        Permission.CUSTOMERS_WRITE,
        Permission.PERSONAL_DATA,
        Permission.LEADS_WRITE,
    },
    "COLLECTION": frozenset(
        {
            Permission.LOANS_READ,
            Permission.LOANS_SERVICE,
            Permission.COLLECTION_READ,
            Permission.COLLECTION_WRITE,
            Permission.SETTLEMENT_PROPOSE,
            Permission.WRITEOFF_PROPOSE,
            Permission.CUSTOMERS_READ,
            Permission.PAYMENTS_READ,
            Permission.PAYMENTS_MAKE,
            Permission.MESSAGES_WRITE,
            Permission.DASHBOARD_READ,
        }
    ),
    "ACCOUNTS": frozenset(
        {
            Permission.LOANS_READ,
            Permission.LOANS_DISBURSE,
            Permission.PAYMENTS_READ,
            Permission.PAYMENTS_MAKE,
            Permission.PAYMENTS_CHECK,
            Permission.APPROVE,
            Permission.REPORTS_READ,
            Permission.DASHBOARD_READ,
            Permission.CUSTOMERS_READ,
        }
    ),
    "VIEWER": frozenset(
        {
            Permission.LOANS_READ,
            Permission.CUSTOMERS_READ,
            Permission.PAYMENTS_READ,
            Permission.COLLECTION_READ,
            Permission.DASHBOARD_READ,
        }
    ),
}


@attrs.frozen(repr=False)
class Staff:
    """A member of staff: who she is, whether she may enter, and her roles by brand."""

    id: UUID
    email: str
    name: str
    password_hash: str
    is_active: bool
    is_super_admin: bool
    epoch: int
    roles: tuple[tuple[BrandId, str], ...]
    failed_logins: int = 0
    locked_until: datetime | None = None
    version: int = 1
