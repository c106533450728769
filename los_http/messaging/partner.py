"""How a brand speaks: its texts and senders."""

from litestar import get, put
from litestar.params import JSONBody

from los_domain.access.model import Permission
from los_domain.messaging.config import MessageTemplates
from los_http.messaging.schemas import TemplatesIn, TemplatesOut
from los_http.shared.access import brand_scope, staff
from los_http.shared.depends import App, Req

_TEMPLATES = "/partner/brand/{brandId:uuid}/settings/message-templates"
_TAGS = ["Staff: settings"]


@get(_TEMPLATES, tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def read_templates(request: Req, application: App) -> TemplatesOut:
    """Every text that customers are sent, with its placeholders, and whether it is the brand's own or the platform's."""
    return TemplatesOut.of(application.pages.version(brand_scope(request), MessageTemplates))


@put(_TEMPLATES, tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def save_templates(request: Req, application: App, data: JSONBody[TemplatesIn]) -> TemplatesOut:
    """Change texts and senders. An unknown placeholder is refused here, so that no message fails by it. 409 if somebody wrote meanwhile."""
    saved = application.messaging.save_templates(brand_scope(request), data.page(), version=data.version)
    return TemplatesOut.of(saved)


ROUTES = [read_templates, save_templates]
