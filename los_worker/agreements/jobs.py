"""What agreements do by the clock: look at what is with the signing service, whose call may never come, and end what ran out."""

from contextlib import suppress

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import ProviderUnavailable, StaleWrite
from los_worker.shared.job import Job, Run


def look(application: Application, run: Run) -> int:
    """Look at every open agreement of every brand. A service that does not answer is asked again at the next slot."""
    looked = 0
    for brand in application.brands.every():
        scope = BrandScope(brand.id, run.scope.actor)
        for agreement_id in application.agreements.open_ones(scope):
            with suppress(ProviderUnavailable, StaleWrite):
                application.agreements.look(scope, agreement_id)
                looked += 1
    return looked


JOBS = (Job("agreements.look", Cron.every(15), look),)
