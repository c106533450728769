"""The use cases of messaging, wired."""

import attrs

from los_adapters.core import Core
from los_adapters.messaging.queries import ReminderQueries
from los_domain.brands.ports import Providers
from los_domain.documents.ports import Files
from los_domain.messaging.ports import BrandNames, NoticeFacts
from los_domain.messaging.usecases.notify import Notify
from los_domain.messaging.usecases.queue import HandOverDue, QueueMessage
from los_domain.messaging.usecases.send import RecordReceipts, SendMessage
from los_domain.messaging.usecases.templates import SaveTemplates
from los_domain.settings.ports import SettingsReader
from los_domain.settings.usecases import SavePage


@attrs.frozen
class MessagingUseCases:
    """Messages to people outside."""

    send: SendMessage
    hand_over_due: HandOverDue
    record_receipts: RecordReceipts
    notify: Notify
    reminders: ReminderQueries
    save_templates: SaveTemplates


def build(
    core: Core,
    *,
    providers: Providers,
    files: Files,
    pages: SettingsReader,
    names: BrandNames,
    facts: NoticeFacts,
) -> MessagingUseCases:
    """Wire messaging."""
    begin = core.postgres.begin
    return MessagingUseCases(
        send=SendMessage(begin, providers, files, pages, names, core.clock, core.wall),
        hand_over_due=HandOverDue(begin, core.clock, core.wall),
        record_receipts=RecordReceipts(begin),
        notify=Notify(begin, facts, QueueMessage(core.ids, core.clock, core.wall)),
        reminders=ReminderQueries(core.database),
        save_templates=SaveTemplates(SavePage(begin, core.wall)),
    )
