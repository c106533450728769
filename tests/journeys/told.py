"""A narrator for tests: keeps what was told, shows nothing."""

import attrs


@attrs.define
class Kept:
    """What a story told."""

    chapters: list[str] = attrs.field(factory=list)
    steps: list[str] = attrs.field(factory=list)

    def chapter(self, title: str) -> None:
        """Begin a part."""
        self.chapters.append(title)

    def step(self, what: str, came: str = "") -> None:
        """Tell one step."""
        self.steps.append(f"{what}: {came}")
