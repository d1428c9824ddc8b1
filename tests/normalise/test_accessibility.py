"""Accessibility: schema.org's values, and others as said."""

from __future__ import annotations

import pytest

from catalog.normalise import accessibility


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("alternativeText", "captions"), ("alternativeText", "captions")),
        (("ALTERNATIVETEXT",), ("alternativeText",)),
        (("captions, transcript; MathML",), ("captions", "transcript", "MathML")),
        (("http://schema.org/signLanguage",), ("signLanguage",)),
        (("Ondertiteling",), ("captions",)),
        (("none",), ("none",)),
        (("read aloud by a robot",), ("read aloud by a robot",)),
        (("auditory",), ("auditory",)),  # a mode, not a feature: kept as said
        (("", " ,; "), ()),
        ((), ()),
    ],
)
def test_features(said: tuple[str, ...], expected: tuple[str, ...]) -> None:
    found = accessibility.features(said)
    assert found == expected
    assert accessibility.features(found) == found


def test_hazards_and_modes() -> None:
    assert accessibility.hazards(("nosoundhazard", "none")) == ("noSoundHazard", "none")
    assert accessibility.hazards(("flashing hazard",)) == ("flashing",)
    assert accessibility.modes(("text", "Visual")) == ("textual", "visual")
