"""Saving a brand's texts."""

import attrs

from los_domain.messaging.config import MessageTemplates
from los_domain.settings.model import Page
from los_domain.settings.usecases import SavePage
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import Invalid


@attrs.frozen
class SaveTemplates:
    """Save the page of texts, after every placeholder of every text is known to be filled."""

    save: SavePage

    def __call__(self, scope: BrandScope, page: MessageTemplates, *, version: int) -> Page[MessageTemplates]:
        """Return the page as it now stands. Raises Invalid with every text that is wrong, StaleWrite."""
        problems = page.problems()
        if problems:
            raise Invalid(*problems)
        return self.save(scope, page, version=version)
