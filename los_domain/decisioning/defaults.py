"""The policy that a brand begins with: hard rules over the credit report, and six weighted items."""

from los_domain.decisioning.model import Criterion, Effect, Evaluation, Item, RuleSet

RULES = RuleSet(
    (
        Criterion(
            code="MINIMUM_SCORE",
            when="bureau.score_available",
            condition="bureau.score >= threshold",
            threshold="650",
            text="The bureau's score is below the least that we lend to.",
            notice="Your credit score is below what we lend to at present.",
        ),
        Criterion(
            code="NEW_TO_CREDIT",
            condition="not bureau.ntc",
            effect=Effect.REVIEW,
            text="The bureau knows neither score nor account: a person looks at income and documents.",
        ),
        Criterion(
            code="SCORE_WITHHELD",
            condition="bureau.score_available or bureau.ntc",
            effect=Effect.REVIEW,
            text="The bureau holds accounts and gives no score.",
        ),
        Criterion(
            code="WRITTEN_OFF",
            condition="bureau.accounts_written_off <= threshold",
            threshold="0",
            text="A lender gave up an account.",
            notice="Your credit report shows a loan that a lender wrote off.",
        ),
        Criterion(
            code="SETTLED",
            condition="bureau.accounts_settled <= threshold",
            threshold="0",
            effect=Effect.REVIEW,
            text="A lender took less than it was owed.",
        ),
        Criterion(
            code="DPD_60_PLUS",
            condition="bureau.months_60plus_12m <= threshold",
            threshold="0",
            text="Payments were 60 or more days late in the last 12 months.",
            notice="Your credit report shows payments that were two months late or more in the last year.",
        ),
        Criterion(
            code="DPD_30_PLUS",
            condition="bureau.months_30plus_12m <= threshold",
            threshold="2",
            text="Payments were 30 or more days late too often in the last 12 months.",
            notice="Your credit report shows several payments that were a month late or more in the last year.",
        ),
        Criterion(
            code="OVERDUE",
            condition="bureau.overdue_total_excl_written_off <= threshold",
            threshold="5000",
            effect=Effect.REVIEW,
            text="More is overdue with other lenders than we accept without a look.",
        ),
        Criterion(
            code="UNSECURED_LOANS",
            condition="bureau.active_unsecured_loans <= threshold",
            threshold="6",
            text="Too many unsecured loans run.",
            notice="You have more unsecured loans at present than we lend beside.",
        ),
        Criterion(
            code="SHORT_TERM_LOANS",
            condition="bureau.active_short_term_pl <= threshold",
            threshold="3",
            text="Too many short-term loans run.",
            notice="You have more short-term loans at present than we lend beside.",
        ),
        Criterion(
            code="ENQUIRIES",
            condition="bureau.unsecured_enquiries_90d <= threshold",
            threshold="8",
            text="Credit was asked for too often in the last 90 days.",
            notice="You asked for credit in many places in the last three months.",
        ),
        Criterion(
            code="REPORT_IN_DOUBT",
            condition="bureau.doubts == 0",
            effect=Effect.REVIEW,
            text="Something about the report does not fit the borrower: it may be another person's.",
        ),
    )
)

EVALUATION = Evaluation(
    (
        Item(
            criterion=Criterion(
                code="CREDIT_SCORE",
                condition="bureau.score >= threshold",
                threshold="700",
                effect=Effect.FLAG,
                if_missing=Effect.FLAG,
                text="The bureau's score is short of good.",
            ),
            weight=30,
        ),
        Item(
            criterion=Criterion(
                code="INCOME_TO_LOAN",
                condition="applicant.foir_pct <= threshold",
                threshold="50",
                effect=Effect.FLAG,
                text="Obligations and the new instalment take too much of the salary.",
            ),
            weight=25,
        ),
        Item(
            criterion=Criterion(
                code="EMPLOYMENT_STABILITY",
                condition="employment.verified",
                effect=Effect.FLAG,
                if_missing=Effect.FLAG,
                text="No record bears out the stated employer.",
            ),
            weight=15,
        ),
        Item(
            criterion=Criterion(
                code="BANK_BALANCE",
                condition="statement.avg_eod_balance_6m >= threshold and statement.inward_bounces_3m == 0",
                threshold="5000",
                effect=Effect.FLAG,
                if_missing=Effect.FLAG,
                text="The account's balance is low, or debits were returned.",
            ),
            weight=10,
        ),
        Item(
            criterion=Criterion(
                code="EARLIER_LOANS",
                condition="history.loans_failed == 0 and history.loans_overdue == 0",
                text="An earlier loan with us ended badly or is overdue.",
                notice="An earlier loan with us is overdue or was not repaid in full.",
            ),
            weight=10,
        ),
        Item(
            criterion=Criterion(
                code="COMPLETENESS",
                condition="application.steps_missing == 0",
                effect=Effect.FLAG,
                text="Steps or documents are missing.",
            ),
            weight=10,
        ),
    )
)
