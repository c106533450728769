"""Data keys of owners: one each, whoever asks first."""

import threading
from uuid import UUID

from los_adapters.bootstrap import Application
from tests.services import a_lender_and_brand


def test_two_transactions_that_need_a_new_key_at_once_get_the_same(application: Application) -> None:
    brand, owner = a_lender_and_brand(application), application.core.ids.new()
    begin = application.core.postgres.begin
    found: list[UUID] = []

    def second() -> None:
        with begin(brand.scope()) as work:
            found.append(work.context.customer_key(owner, create=True).id)

    with begin(brand.scope()) as work:
        first = work.context.customer_key(owner, create=True)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert found == []  # it waits for this transaction: a key that nobody stored would lose what it seals
    thread.join(5)
    assert found == [first.id]
