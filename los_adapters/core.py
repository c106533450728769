"""What every capability's wiring is given: the handles of one process."""

import attrs

from los_adapters.access.secrets import SystemSecrets
from los_adapters.shared.cache import Cache
from los_adapters.shared.clocks import SystemClock
from los_adapters.shared.database import Database
from los_adapters.shared.limits import Limits
from los_adapters.shared.settings import Settings
from los_adapters.shared.vault import Vault
from los_adapters.work import Postgres
from los_domain.shared.clocks import Clock
from los_domain.shared.ids import Ids


@attrs.frozen
class Core:
    """Settings, database, keys, clocks and ids, made once by bootstrap."""

    settings: Settings
    database: Database
    postgres: Postgres
    aside: Postgres
    """A few connections of their own for health and webhooks: answered however busy the requests keep the rest."""
    vault: Vault
    secrets: SystemSecrets
    clock: Clock
    wall: SystemClock
    ids: Ids
    cache: Cache
    limits: Limits
    limits_here: Limits
    """Limits of this process alone, for what need not be exact and must cost nothing."""
