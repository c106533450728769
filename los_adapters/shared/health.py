"""Whether this process can do its work: asked by load balancers and by ``los doctor``, over connections that requests cannot use up."""

from collections.abc import Mapping
from typing import Final

import attrs
import psycopg

from los_adapters.shared.database import Database, Read
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import LosError

_SCOPE: Final = PlatformScope(Actor.system("health"))
_ASK: Final = Read("select 1", {})


@attrs.frozen
class Health:
    """Asks what the process stands on."""

    database: Database

    def __call__(self) -> Mapping[str, str]:
        """Return ``ok`` or one plain word of what is wrong, by part."""
        return {"database": self._database()}

    def _database(self) -> str:
        try:
            self.database.read_one(_SCOPE, _ASK)
        except (LosError, psycopg.Error):
            return "unreachable"
        return "ok"
