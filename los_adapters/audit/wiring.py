"""The use cases of the audit trail, wired."""

import attrs

from los_adapters.audit.access_log import BufferedAccessLog
from los_adapters.audit.copies import FolderCopies, SqsCopies
from los_adapters.core import Core
from los_domain.audit.ports import Copies
from los_domain.audit.usecases import CopySegment, SealTrail, VerifyTrail


@attrs.frozen
class AuditUseCases:
    """Sealing, copying, checking, and the log of accesses."""

    seal: SealTrail
    copy: CopySegment
    verify: VerifyTrail
    accesses: BufferedAccessLog


def build(core: Core) -> AuditUseCases:
    """Wire the audit trail; its key follows from the master key and is nowhere in the database."""
    begin, key, settings = core.postgres.begin, core.vault.derive("audit"), core.settings
    copies: Copies = FolderCopies(settings.audit_folder)
    if settings.durable_queue == "sqs":
        copies = SqsCopies(f"{settings.sqs_namespace}_audit", settings.aws_endpoint_url)
    return AuditUseCases(
        seal=SealTrail(begin, core.wall, key),
        copy=CopySegment(begin, copies),
        verify=VerifyTrail(begin, copies, key),
        accesses=BufferedAccessLog(core.database, core.ids),
    )
