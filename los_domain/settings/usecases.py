"""Saving a page."""

from typing import TypeVar

import attrs

from los_domain.settings.model import Page, PageBody
from los_domain.settings.policy import fields_of
from los_domain.settings.ports import SettingsWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent, differing
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import StaleWrite
from los_domain.shared.work import Begin

T = TypeVar("T", bound=PageBody)


@attrs.frozen
class SavePage:
    """Write a new version of a settings page over the one it was read at; saving what is there already changes nothing."""

    begin: Begin[BrandScope, SettingsWork]
    wall: WallClock

    def __call__(self, scope: BrandScope, body: T, *, version: int) -> Page[T]:
        """
        Return the page as it now stands.

        Args:
            version: the version that the writer had read. Raises StaleWrite if it is no longer the newest.
        """
        with self.begin(scope) as work:
            newest = work.pages.newest(type(body))
            if newest.version != version:
                raise StaleWrite("these settings were changed meanwhile: read them again")
            if newest.body == body:
                return work.finish(newest)
            page = Page(body, version + 1, scope.actor.id, self.wall.now())
            work.pages.add(page)
            before, after = differing(fields_of(newest.body), fields_of(body))
            work.audit.add(AuditEvent("settings.save", f"settings:{type(body).PAGE}", None, before, after))
            return work.finish(page)
