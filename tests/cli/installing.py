"""An installation in a folder of the test, and ``los`` run in it as a person would."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs


@attrs.frozen
class Installed:
    """A folder with a master key, and an environment that names it."""

    home: Path
    environment: dict[str, str]

    @classmethod
    def at(cls, home: Path, **extra: str) -> "Installed":
        """Make one in *home*."""
        home.mkdir(parents=True, exist_ok=True)
        key = home / "master.key"
        key.touch(0o600)
        key.write_bytes(os.urandom(32))
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LOS_")}
        return cls(home, {**clean, "LOS_HOME": str(home), "COLUMNS": "160", **extra})

    def command(self, *words: str) -> list[str]:
        """Return what starts ``los *words*``."""
        return [sys.executable, "-c", "from los_cli.main import main; main()", *words]

    def los(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run ``los *words*`` to its end."""
        return subprocess.run(
            self.command(*words),
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
            timeout=120,
        )

    def json(self, *words: str, stdin: str = "") -> Any:
        """Run it with ``--json`` and return what standard output alone holds."""
        done = self.los(*words, "--json", stdin=stdin)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
