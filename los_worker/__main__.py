"""Runs the worker."""

import sys

from los_worker.main import main

sys.exit(main())
