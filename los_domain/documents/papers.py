"""What the papers of a loan have in common with those who fill them."""

from typing import Final

RECOVERY_CLAUSE: Final = "Clause 8 of the agreement"
GRIEVANCE_CLAUSE: Final = "Clause 9 of the agreement"
"""Where the agreement speaks of recovery agents and of complaints; the key facts statement names them."""
