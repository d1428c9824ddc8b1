"""``python -m demo PORT``: serve the demonstration sources on this machine."""

import sys

from demo.server import serve

serve(int(sys.argv[1]))
