"""Advice on licences: what one allows, what several give together, how to name whom one owes.

Everything is said in keys (``adapt.no``, ``sa_versions``), which the site translates; ``words`` has
them in Dutch and English for whoever has no translations. What is not certain is said to be so:
this is reading aid for teachers, and no legal advice.
"""

from catalog.export.licence.advice import Advice, advice
from catalog.export.licence.attribution import attribution
from catalog.export.licence.combining import Outcome, Reason, combined
from catalog.export.licence.terms import Terms, of_resource, terms
from catalog.export.licence.words import LANGUAGES, advice_in_words, outcome_in_words, say

__all__ = [
    "LANGUAGES",
    "Advice",
    "Outcome",
    "Reason",
    "Terms",
    "advice",
    "advice_in_words",
    "attribution",
    "combined",
    "of_resource",
    "outcome_in_words",
    "say",
    "terms",
]
