"""How much everything counts when hits are ranked: settings, and nothing that works with them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

_Boost = Meta(ge=0, le=0.9)


class Weights(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[ranking]: in which order hits are shown. A boost of 0.1 is a tenth up or down; 0: none."""

    language: Annotated[
        float, _Boost, Meta(description="boost of material in the language of the page")
    ] = 0.15
    completeness: Annotated[
        float, _Boost, Meta(description="boost of records that say much of their material")
    ] = 0.05
    recency: Annotated[
        float, _Boost, Meta(description="boost of new material, in disciplines that age")
    ] = 0.1
    half_life: Annotated[
        float, Meta(description="years in which newness is worth half as much", gt=0)
    ] = 8.0
    ageing: Annotated[tuple[str, ...], Meta(description="disciplines that age")] = (
        "economie_bedrijf",
        "exact_informatica",
        "gezondheid",
        "recht_bestuur",
        "techniek",
    )
    openness: Annotated[
        float, _Boost, Meta(description="boost of open material, against closed")
    ] = 0.05
    dead_link: Annotated[
        float, _Boost, Meta(description="how much material sinks whose link is known to be dead")
    ] = 0.5
    pairs: Annotated[
        float, Meta(description="what it counts that words stand near each other", ge=0, le=5)
    ] = 0.5
    feedback: Annotated[
        float,
        Meta(description="what words count that the first hits have in common", ge=0, le=5),
    ] = 1.0
    window: Annotated[
        int,
        Meta(description="hits, from the first, that all this is worked out for", ge=10, le=500),
    ] = 100


#: Weights where none are configured.
USUAL = Weights()
