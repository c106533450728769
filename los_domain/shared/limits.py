"""How often somebody may do something."""

import attrs


@attrs.frozen
class Limit:
    """At most *times* in *seconds*, for each key. *name* parts the keys of one limit from those of others; *says* is the refusal."""

    name: str
    times: int = attrs.field(validator=attrs.validators.ge(1))
    seconds: int = attrs.field(validator=attrs.validators.ge(1))
    says: str = "too many requests: slow down"
