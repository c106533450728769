"""Runs the API."""

import sys

from los_http.main import main

sys.exit(main())
