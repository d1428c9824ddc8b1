"""schema.org in JSON-LD: LRMI, AMB, Bioschemas, Edurep, and pages that just do their best."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import urljoin

from catalog.resource import Agent, Concept, LearningResource, Text
from harvester.errors import ParseError
from harvester.formats import parses
from harvester.formats._terms import is_uri
from harvester.formats.schema_org import parts
from harvester.formats.schema_org.node import Graph, Node, plain
from harvester.raw import Raw

#: What may be learned from, best first: of the nodes of a graph the best one is the material.
_TYPES = (
    *("LearningResource", "Course", "TrainingMaterial", "LearningPathway", "Quiz", "Syllabus"),
    *("PresentationDigitalDocument", "TextDigitalDocument", "SpreadsheetDigitalDocument"),
    *("DigitalDocument", "Book", "Audiobook", "Chapter", "Thesis", "VideoObject", "AudioObject"),
    *("PodcastEpisode", "PodcastSeries", "Movie", "Clip", "Dataset", "SoftwareApplication"),
    *("WebApplication", "MobileApplication", "SoftwareSourceCode", "VideoGame", "Game", "HowTo"),
    *("ScholarlyArticle", "TechArticle", "Report", "Article", "BlogPosting", "NewsArticle"),
    *("CreativeWorkSeries", "Collection", "Map", "3DModel", "CreativeWork", "MediaObject"),
    *("ImageObject", "ItemPage", "FAQPage", "QAPage", "CollectionPage", "WebPage"),
)
_RANK = {name: rank for rank, name in enumerate(_TYPES)}
_NO_KIND = frozenset({"LearningResource", "CreativeWork", "MediaObject", "ItemPage", "WebPage"})
_WEB = ("http://", "https://")
_ON_PAGES = "application/ld+json"  # in files and lists it is application/json
_COMMA = re.compile(r"\s*[,;]\s*")


@parses(*(f"json:{name}" for name in _TYPES), "json:@graph")
def parse(raw: Raw) -> Iterator[LearningResource]:
    """Read the one material of a document. Raises ParseError (``json_ld.no_material``)."""
    node = _main(Graph(raw.document), {raw.url, _page(raw)} - {""})
    files = list(node.nodes("encoding", "associatedMedia", "video", "audio"))
    yield LearningResource(
        source=raw.source,
        identifier=raw.identifier,
        titles=tuple(node.texts("name", "headline", "title")),
        descriptions=tuple(node.texts("description", "abstract")),
        keywords=tuple(_keywords(node)),
        creators=parts.agents(node, "author", "creator"),
        contributors=parts.agents(
            node, "contributor", "editor", "translator", "illustrator", "director", "producer"
        ),
        publishers=parts.agents(node, "publisher"),
        providers=_providers(node),
        identifiers=tuple(dict.fromkeys(parts.identifiers(node))),
        url=_url(node, files, raw),
        thumbnail=_absolute(_first(node.links("thumbnailUrl", "thumbnail", "image")), raw),
        languages=parts.languages(node),
        level_terms=parts.concepts(node, "educationalLevel", "educationLevel")
        + parts.alignments(node, level=True),
        type_terms=parts.concepts(node, "learningResourceType") + _kinds(node),
        subjects=parts.concepts(node, "about") + parts.alignments(node, level=False),
        rights=parts.rights(node),
        access_terms=parts.access(node),
        cost=parts.cost(node),
        dates=tuple(parts.dates(node)),
        duration=node.word("timeRequired", "duration"),
        media_types=tuple(
            dict.fromkeys(
                said
                for found in (node, *files)
                for said in found.words("encodingFormat", "fileFormat", "format")
            )
        ),
        version=node.word("version", "softwareVersion"),
        status=node.word("creativeWorkStatus", "status"),
        aggregation=_aggregation(node),
        audience_roles=parts.audience_roles(node),
        age=node.word("typicalAgeRange"),
        relations=tuple(parts.relations(node)),
        access_modes=_listed(node, "accessMode"),
        accessibility_features=_listed(node, "accessibilityFeature"),
        accessibility_hazards=_listed(node, "accessibilityHazard"),
        accessibility_summary=node.word("accessibilitySummary"),
    )


def _page(raw: Raw) -> str:
    """Return what the page is called that the record is all of; "" where it is none, or shared."""
    whole = raw.media_type == _ON_PAGES and "#" not in raw.identifier
    return raw.identifier if whole and raw.identifier.startswith(_WEB) else ""


def _main(graph: Graph, here: Collection[str]) -> Node:
    """Return the material: the best type; of equals the one that is here, then with a name."""
    candidates = [n for top in graph.tops for n in (top, *top.nodes("mainEntity"))]
    ranked = [
        (min(ranks), node.id.partition("#")[0] not in here, not node.values("name"), at)
        for at, node in enumerate(candidates)
        if (ranks := [_RANK[kind] for kind in node.types if kind in _RANK])
    ]
    if not ranked:
        kinds = sorted({kind for node in candidates for kind in node.types})
        said = ", ".join(kinds[:5]) or "nothing that has a type"
        raise ParseError("json_ld.no_material", f"no learning material in it, but {said}")
    return candidates[min(ranked)[-1]]


def _kinds(node: Node) -> tuple[Concept, ...]:
    """Return the types that tell what kind of material it is."""
    return tuple(
        Concept(id=f"https://schema.org/{kind}", label=kind, scheme="schema.org")
        for kind in dict.fromkeys(node.types)
        if kind in _RANK and kind not in _NO_KIND
    )


def _keywords(node: Node) -> Iterator[Text]:
    """Yield keywords; a lone string is a list with commas."""
    found = node.texts("keywords")
    split = len(found) == 1
    seen = set()
    for text in found:
        for word in _COMMA.split(text.text) if split else [text.text]:
            if word and word not in seen:
                seen.add(word)
                yield Text(word, text.language)


def _providers(node: Node) -> tuple[Agent, ...]:
    """Return who offers it; AMB says so of the page about it."""
    found = parts.agents(node, "provider", "sdPublisher")
    for page in node.nodes("mainEntityOfPage"):
        found += parts.agents(page, "provider")
    return tuple({agent.name: agent for agent in found}.values())


def _url(node: Node, files: list[Node], raw: Raw) -> str:
    """Return where it is: its page, its own name if that is an address, then its files."""
    said = [*node.links("url"), node.id, *node.links("mainEntityOfPage", "embedUrl", "contentUrl")]
    said += [link for file in files for link in file.links("contentUrl", "embedUrl", "url")]
    found = (_absolute(link, raw) for link in said if link and not link.startswith("_:"))
    return next((link for link in found if link.lower().startswith(_WEB)), _page(raw))


def _absolute(link: str, raw: Raw) -> str:
    if not link or not raw.url.startswith(_WEB):
        return link
    try:
        return urljoin(raw.url, link)
    except ValueError:  # [ and ] where a host should be
        return link


def _aggregation(node: Node) -> str:
    """Return lom:aggregationLevel, of which Edurep gives the number as a termCode."""
    code = _first([n.word("termCode") for n in node.nodes("aggregationLevel")])
    return code or node.word("aggregationLevel")


def _listed(node: Node, name: str) -> tuple[str, ...]:
    """Return an accessibility property: a list, a string with commas, or enumeration URLs."""
    said = [word for words in node.words(name) for word in _COMMA.split(words)]
    return tuple(dict.fromkeys(plain(word) if is_uri(word) else word for word in said if word))


def _first(said: list[str]) -> str:
    return next(filter(None, said), "")
