"""`python -m heurgen`."""

import sys

from heurgen.cli import main

sys.exit(main())
