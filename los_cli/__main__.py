"""``python -m los_cli``: the command line, where its script is not on the path."""

from los_cli.main import main

main()
