"""Several notices of one product, oldest first: what they say together.

A partial update (notification type 04) repeats only what is new. In 3.0 that is whole blocks, in
2.1 whole elements; in both, what stands in the update takes the place of everything of that name.
"""

from __future__ import annotations

import copy
from typing import Any

from harvester.formats.onix.product import name


def merged(notices: Any) -> Any:
    """Return one Product; the notices stay as they are."""
    first, *updates = (notice for notice in notices if name(notice.tag) == "product")
    product = copy.deepcopy(first)
    for update in updates:
        said = {name(child.tag) for child in update} - {"notificationtype"}
        for child in [c for c in product if name(c.tag) in said]:
            product.remove(child)
        product.extend([copy.deepcopy(c) for c in update if name(c.tag) in said])
    return product
