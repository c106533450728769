"""What messaging does by the clock."""

from datetime import timedelta

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_domain.messaging.config import MessageTemplates
from los_domain.messaging.model import Occasion
from los_domain.shared.actor import BrandScope
from los_worker.shared.job import Job, Run


def hand_over_due(application: Application, run: Run) -> int:
    """Hand over what waited for its hour, in every brand; notices of an inactive brand's live loans go on."""
    return sum(
        application.messaging.hand_over_due(BrandScope(brand.id, run.scope.actor))
        for brand in application.brands.every()
    )


def remind(application: Application, run: Run) -> int:
    """Tell whose instalment is due in some days. Run again for the same day, it tells nobody twice."""
    told = 0
    for brand in application.brands.every():
        scope = BrandScope(brand.id, run.scope.actor)
        due_on = run.day + timedelta(days=application.pages.page(scope, MessageTemplates).remind_days_before)
        for loan_id in application.messaging.reminders.due_on(scope, due_on):
            once = f"due-soon:{loan_id}:{due_on}"
            told += application.messaging.notify(scope, Occasion.DUE_SOON, loan_id, once=once)
    return told


JOBS = (
    Job("messaging.remind", Cron.daily(9), remind),
    Job("messaging.hand-over-due", Cron.every(1), hand_over_due),
)
