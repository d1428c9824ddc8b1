"""``python -m harvester NAME``: see ``process``."""

import gc

gc.disable()  # what is imported stays: to look for cycles in it takes a sixth of the start

from harvester.process import main  # noqa: E402 only now

if __name__ == "__main__":
    main()
