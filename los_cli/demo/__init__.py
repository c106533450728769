"""
``los demo``: one borrower's loan, lived through the public HTTP API against the sandbox of outside systems.

It imports nothing of the product: what it knows it was told over HTTP or by a command of ``los``, as any front end would.
"""
