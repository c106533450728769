"""A borrower whose credit report holds a written-off loan is declined by a rule, and everybody is told what they may know."""

from collections.abc import Callable

from los_cli.demo.ground import Ground
from los_cli.demo.people import Borrower
from los_cli.demo.story import CHAPTERS, Choice, Story, application
from los_cli.demo.wire import until


class Silent:
    """Tells nobody."""

    def chapter(self, title: str) -> None:
        pass

    def step(self, what: str, came: str = "") -> None:
        pass


def test_declined_with_reasons(ground: Ground, somebody: Callable[..., Borrower]) -> None:
    borrower = somebody("written-off")
    choice = Choice(persona=borrower.persona, rupees=40_000, months=6, missed=0)
    story = Story(ground, choice, Silent(), borrower)
    officer = story.officer
    for _, chapter in CHAPTERS[: [each for _, each in CHAPTERS].index(application) + 1]:
        chapter(story)
    loan = story.facts["loan"]

    seen = borrower.waits_for_status(loan, "REJECTED", seconds=120)
    assert seen["ending"] == "DECLINED"
    assert seen["notices"], "she is told in plain words what spoke against it"

    told = until("the decision", lambda: officer.get_if_any(f"/loans/{loan}/decision"), lambda one: one is not None)
    assert (told["outcome"], told["isReproduced"]) == ("REJECT", True)
    failed = [verdict for verdict in told["rules"] if verdict["result"] == "FAILED" and verdict["effect"] == "REJECT"]
    assert "WRITTEN_OFF" in {verdict["code"] for verdict in failed}
    assert all(verdict["threshold"] or verdict["inputs"] for verdict in failed), "each says what it read"
    assert set(told["reasons"]) >= {verdict["code"] for verdict in failed}

    last = officer.get(f"/loans/{loan}/timeline")["items"][-1]
    assert (last["word"], last["status"]) == ("REJECT", "REJECTED")
    assert ground.outside.record("bank-credits", account=borrower.persona["accountNumber"]) == []
