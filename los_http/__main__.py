"""Runs the API; with ``--openapi`` prints its document as JSON instead, which opens nothing."""

import json
import sys

if "--openapi" in sys.argv[1:]:
    from los_http.app import openapi

    print(json.dumps(openapi(), indent=1, ensure_ascii=False))
else:
    from los_http.main import main

    sys.exit(main())
