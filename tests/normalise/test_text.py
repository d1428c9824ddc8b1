from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise import text
from catalog.resource import Text

LINES = [
    ("Algebra", "Algebra"),
    ("  Algebra\n  en  meetkunde ", "Algebra en meetkunde"),  # pretty-printed XML
    ("a < b", "a < b"),  # mathematics is no markup
    ("if a<b and c>d", "if a<b and c>d"),  # nor is this, though it looks like a bold tag
    ("x <b", "x <b"),  # cut off, and not provably a tag
    ("List<String>", "List<String>"),  # no element of HTML
    ("<i>Homo</i> sapiens", "Homo sapiens"),  # inline tags part no words
    ("één<br/>twee", "één twee"),  # block tags do
    ("Tom &amp; Jerry", "Tom & Jerry"),  # escaped once too often
    ("Tom &amp;amp;amp; Jerry", "Tom & Jerry"),  # three times too often
    ("&amp;lt;p&amp;gt;Water&amp;lt;/p&amp;gt;", "Water"),  # escaped HTML, escaped again
    ("caf&eacute; &#233;&#xE9;", "café éé"),  # the three spellings of an entity
    ("a&copy=1&para=2", "a&copy=1&para=2"),  # an address, not entities without semicolon
    ("&#0;&#x110000;&#55349;A", "A"),  # characters that do not exist
    ("&bestaatniet;", "&bestaatniet;"),  # an unknown entity is text
    ("soft\u00adhy\u00adphen", "softhyphen"),  # found by nobody otherwise
    ("\ufeffzero\u200bwidth\u2060", "zerowidth"),  # byte order mark, zero-width space, joiner
    ("gpj.\u202eexe", "gpj.exe"),  # a bidi override reads as another name
    ("a\u2028b\x0bc\x85", "a b c…"),  # line separators, and the byte of cp1252
    ("it\x92s", "it\u2019s"),  # cp1252 declared as ISO 8859-1
    ("A\x00\x03\x1a\ud800\ufffe\U0001ffffB", "AB"),  # not allowed in XML 1.0
    ("cafe\u0301", "café"),  # NFD from MARC-8
    ("GeÃ¯nformeerd zijn", "Geïnformeerd zijn"),  # UTF-8 read as cp1252
    ("donâ€™t", "don\u2019t"),  # the same, in three bytes
    ("CAFÃƒâ€°", "CAFÉ"),  # the same, twice
    ("“CAFÉ”", "“CAFÉ”"),  # capitals before a quote: no mojibake
    ("SÃO TOMÉ", "SÃO TOMÉ"),  # Portuguese
    ("می\u200cخورم", "می\u200cخورم"),  # Persian needs its joiner
    ("a\u200cb", "ab"),  # Latin does not
    ("<script>alert(1)</script>Kop", "Kop"),  # content that a browser runs
    ("Kop<script>alert(1)", "Kop"),  # unclosed, as a browser reads it
    (
        "Kop <s<script>1</script>cript>alert(1)</script>",
        "Kop <s cript>alert(1)",
    ),  # no tag can be built out of tags
    ('Kop <img src=x onerror="a>b"> staart', "Kop staart"),  # > in an attribute
    ("Kop <a href='x", "Kop"),  # cut off by the source in the middle of a tag
    ("Kop <!-- [if mso]> x <![endif] -->staart", "Kop staart"),  # comments of Word
    ("<![CDATA[Kop]]>", "Kop"),  # CDATA inside CDATA
    ("<p title=it's>Kop</p>", "Kop"),  # a quote that never closes
    ("<o:p>Kop</o:p>", "Kop"),  # a tag of Word
    ("", ""),
    ("\u200b \n", ""),  # nothing but dirt
]


@pytest.mark.parametrize(("said", "expected"), LINES)
def test_a_title_becomes_one_clean_line(said: str, expected: str) -> None:
    assert text.plain(said) == expected


PARAGRAPHS = [
    ("One line.", "One line."),
    ("<p>een</p><p>twee</p>", "een\n\ntwee"),
    ("<p>een\n  regel</p>\n\n<div>twee</div>", "een regel\n\ntwee"),  # line ends mean nothing here
    ("een<br><br/>twee", "een\n\ntwee"),
    ("Doel:<ul><li>x</li><li>y</li></ul>slot", "Doel:\n\n- x\n- y\n\nslot"),
    ("Doel:\r\n• x\r\n• y", "Doel:\n- x\n- y"),  # a list typed by hand
    ("Inhoud\n1. begin\n2. einde", "Inhoud\n1. begin\n2. einde"),
    ("een\n\n \n\ntwee", "een\n\ntwee"),
    (  # wrapped by hand: only the short line ends by itself
        "This text was wrapped by hand at forty or\nso letters, as older ones do.\nA new thought.",
        "This text was wrapped by hand at forty or so letters, as older ones do.\n\nA new thought.",
    ),
    (  # copied from a page in two columns: the lines are of unequal length
        "Many of us work together with other firms\nfor research. We study the\neffects of it.",
        "Many of us work together with other firms for research. We study the effects of it.",
    ),
    ("Kop\nTekst", "Kop\n\nTekst"),  # nobody wraps at five letters
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
    ("x &lt; y<script>z</script>", "x < y"),
    ("<math><mi>x</mi><mo>=</mo><mn>2</mn></math>", "x=2"),  # MathML keeps its words
    ("<svg onload=alert(1)><text>x</text></svg>Na", "Na"),
    ("<iframe src='https://x.example/'></iframe>Na", "Na"),
    ("<embed src=x>Na", "Na"),  # an empty element does not eat what follows
    ("<script src='x.js'/>Na", "Na"),  # XHTML
    ("<style>p {}</style>Na", "Na"),
]


@pytest.mark.parametrize(("said", "expected"), PARAGRAPHS)
def test_a_description_keeps_its_paragraphs_and_lists(said: str, expected: str) -> None:
    assert text.prose(said) == expected


KEYWORDS = [
    (["wiskunde; natuurkunde;scheikunde"], ["wiskunde", "natuurkunde", "scheikunde"]),
    (["wiskunde, natuurkunde, scheikunde"], ["wiskunde", "natuurkunde", "scheikunde"]),
    (["Holland, graafschap"], ["Holland, graafschap"]),  # an inverted heading, not two words
    (["maat 1,5, maat 2,5, breuken"], ["maat 1,5", "maat 2,5", "breuken"]),
    (["Mathematics.", "mathematics"], ["Mathematics"]),  # MARC's full stop; case
    (["#zorg", "C#"], ["zorg", "C#"]),
    (["N.V.", "-", "n/a", "", "..."], ["N.V."]),
    (["R&amp;D; x"], ["R&D", "x"]),  # the semicolon of an entity parts nothing
    ([";" * 2000], []),
]


@pytest.mark.parametrize(("said", "expected"), KEYWORDS)
def test_keywords_are_single_words_and_stand_once(said: list[str], expected: list[str]) -> None:
    found = text.keywords(tuple(map(Text, said)))
    assert [one.text for one in found] == expected


def test_a_text_stands_once_and_keeps_the_language_it_has_somewhere() -> None:
    said = (Text("Algebra"), Text(" Algebra ", "nl-NL"), Text("", "en"), Text("Maths", "x-none"))
    assert text.titles(said) == (Text("Algebra", "nl"), Text("Maths"))


def test_nothing_costs_nothing() -> None:
    assert text.titles(()) == text.descriptions(()) == text.keywords(()) == ()


PIECES = (
    "< > & ; &amp; &lt; &gt; amp; lt; <p> </p> <br> <li> <b <script> </script> <!-- --> <a href= "
    "= \" ' / x Ã © â € é \u0301 \u200c \u200d \u200b ی • - 1. # | , . \ufeff \u2028 "
    "\ud800 \x92 \u037e \u226e \u0338 \ue000"
)
BLANKS = (" ", "\n", "\r", "\t", "\xa0", "\x0b", "een lange regel met woorden die doorgaat")
DIRT = st.lists(st.sampled_from((*PIECES.split(" "), *BLANKS)), max_size=30).map("".join)


@given(st.one_of(st.text(), DIRT))
def test_cleaning_twice_is_cleaning_once(said: str) -> None:
    line, paragraphs = text.plain(said), text.prose(said)
    assert text.plain(line) == line
    assert text.prose(paragraphs) == paragraphs
    words = text.keywords((Text(said),))
    assert text.keywords(words) == words
    paragraphs.encode()  # no lone surrogates
    assert "\n" not in line


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", '<a "', "<a '", "<script>", "<!--", "&amp;", "&", "amp;", "<b>", "\n", "a ",
     "<a x=", "<p><", "</script", "Ã©", "\u200c", ";", ",a", "- ", "&#", "<script ", "x, y; ",
     "<![CDATA[", "<a\t", "\n ", "\n\t\n"],
)  # fmt: skip
def test_hostile_lengths_end_soon(piece: str) -> None:
    start = time.perf_counter()
    for said in (piece * 20_000, "&" + piece * 20_000 + "<p>", "<p>" + piece * 20_000):
        text.plain(said)
        text.prose(said)
        text.keywords((Text(said),))
    assert time.perf_counter() - start < 10  # seconds; quadratic work takes minutes
