"""What a list of Dutch words tells about their forms: ``scholen`` is of ``school``, if that exists.

The list says which words there are, not what they are. So a rule of spelling proposes, the list
confirms, and where two words could be meant the commoner one wins: ``dagen`` is of ``dag``, though
``daag`` exists. A form that is far commoner than its base is left alone (``beetje``, ``meisje``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from catalog.index.words import dutch

_COMMONER = 1.5  # on Zipf's scale, tenfold is 1: when a form stands on its own
_RIVAL = 0.7  # how much commoner than its infinitive a form of a verb may be
_KNOWN_VERB = 2.0  # Zipf of an infinitive, at least
_INSEPARABLE = ("be", "ver", "ont", "her")
_SEPARABLE = (
    *("aan", "op", "uit", "in", "af", "over", "onder", "voor"),
    *("na", "door", "toe", "mee", "samen", "bij", "om"),
)
_VERBAL = ("en", "aan", "ien", "oen")
_VOICELESS = frozenset("tkfsxphc")  # after these -te, after all other letters -de
_SHORTEST = 3  # letters of a base form, and of the stem of a verb
_DIMINUTIVES = ("etje", "tje", "pje", "nkje", "je")
_SOFT = {"s": "z", "f": "v"}


class Evidence:
    """Words that exist, with their frequencies, and what follows from them. All are folded."""

    def __init__(
        self,
        common: frozenset[str],
        proper: frozenset[str],
        zipf: Mapping[str, float],
        irregular: Iterable[list[str]],
        small: Collection[str] = (),
    ) -> None:
        """Take the words that are written small and with a capital, and lists of forms.

        A form after a hyphen is one of the verb with a prefix only: -wezen, of be-wezen. ``small``
        words carry no subject: of none that does are they the base.
        """
        self.common = common
        self.proper = proper
        self._all = common | proper
        self.irregular: dict[str, str] = {}
        self._frequencies = zipf
        self._small = small
        self._strong: set[str] = set()
        for base, *forms in irregular:
            self.irregular.update({form: base for form in forms if not form.startswith("-")})
            if base.endswith(_VERBAL) and base + "s" not in forms:
                self._learn_verb(base, [form.lstrip("-") for form in forms])
            else:
                self.irregular[base] = base

    def zipf(self, word: str) -> float:
        """Return the frequency on Zipf's scale (3 is one in a million); 0 for unknown words."""
        return self._frequencies.get(word, 0.0)

    def base(self, word: str) -> str:
        """Return the base form of a word. Where forms point at each other, the first by name."""
        seen = [word]
        while (shorter := self._step(word)) != word:
            if shorter in self._small and word not in self.irregular:
                verb = self._infinitive(shorter, word)
                return verb if verb == word else self.base(verb)
            if shorter in seen:
                return min(seen[seen.index(shorter) :])
            seen.append(shorter)
            word = shorter
        return word

    def _learn_verb(self, infinitive: str, forms: list[str]) -> None:
        self._strong.add(infinitive)
        for prefix in (*_INSEPARABLE, *_SEPARABLE):
            if prefix + infinitive not in self.common:
                continue
            self._strong.add(prefix + infinitive)
            for form in forms:
                bare = form.removeprefix("ge") if prefix in _INSEPARABLE else form
                whole = prefix + bare
                noun = whole.endswith("en") and self.common & {whole[:-1], whole[:-2]}
                if whole in self.common and not noun:
                    self.irregular.setdefault(whole, prefix + infinitive)

    def _step(self, word: str) -> str:
        if word in self.irregular:
            return self.irregular[word]
        if len(word) <= _SHORTEST:
            return word
        return self._of_verb(word) or self._of_noun(word) or word

    # Verbs

    def _infinitive(self, trunk: str, form: str) -> str:
        """Return the verb with a stem that is a small word (was-sen), or the form itself."""
        found = [i for i in infinitives(trunk) if i in self.common and i not in self._small]
        return max(found, key=self.zipf, default=form)

    def _verb(self, trunk: str) -> float:
        """Return the frequency of the verb with this stem, as far as there is one."""
        if len(trunk) < _SHORTEST or trunk[-1] in "aeouy":
            return 0.0
        weak = any(trunk + past in self.common for past in ("te", "de"))
        found = [i for i in infinitives(trunk) if i in self.common and (weak or i in self._strong)]
        return max(map(self.zipf, found), default=0.0)

    def _of_verb(self, word: str) -> str:
        return self._past(word) or self._ends_in_t_or_d(word)

    def _is_form(self, word: str, trunk: str) -> bool:
        verb = self._verb(trunk)
        return verb >= _KNOWN_VERB and verb + _RIVAL > self.zipf(word)

    def _past(self, word: str) -> str:
        for past in ("te", "de"):
            for ending in (past, past + "n"):
                trunk = word.removesuffix(ending)
                if (
                    trunk != word
                    and len(trunk) > _SHORTEST
                    and trunk[-1] not in "td"
                    and (trunk[-1] in _VOICELESS or past == "de")
                    and trunk + past in self.common
                    and trunk + past + "s" not in self.common  # sterktes: it is a noun
                    and self.zipf(trunk + past) >= self.zipf(word) - 1
                    and self.zipf(trunk + past[0]) <= self._verb(trunk) + 0.5
                    and self._is_form(word, trunk)
                    and self._is_form(trunk + past, trunk)  # ziekten is no past of zieken
                ):
                    return trunk
        return ""

    def _ends_in_t_or_d(self, word: str) -> str:
        if word[-1] == "e" and word.startswith("ge") and self._participle(word[:-1]):
            return "" if word + "s" in self.common else word[:-1]  # gehaltes: it is a noun
        if word[-1] not in "td":
            return ""
        trunk, ending = word[:-1], word[-1]
        if trunk[-1] not in "td" and self._is_form(word, trunk):
            past, plural = trunk + ending + "e", word + "en"
            if ending == "t" and (
                plural not in self.common
                or (past in self.common and self.zipf(past) > self.zipf(plural))
            ):
                return trunk
            if ending == "d" and past in self.common and word.startswith(_INSEPARABLE):
                return trunk
        prefixes = [p for p in ("", *_SEPARABLE) if word.startswith(p + "ge")]
        return next(filter(None, (self._participle(word, p) for p in prefixes)), "")

    def _participle(self, word: str, prefix: str = "") -> str:
        """Return the stem of a weak verb of which this is ge...t or ge...d: uit-ge-leg-d."""
        trunk = prefix + word[len(prefix) + 2 : -1]
        if len(word) < 2 * _SHORTEST or word[-1] not in "td" or not word.startswith(prefix + "ge"):
            return ""
        plural = max(map(self.zipf, self.common.intersection(infinitives(word))), default=0.0)
        if plural > self.zipf(word + "e"):
            return ""  # gerechten: it is a noun
        for stem, past in ((trunk, word[-1] + "e"), (trunk + word[-1], word[-1] + "e")):
            if stem + past in self.common and self._is_form(word, stem):
                return stem  # ge-leer-d, ge-oogst
        return ""

    # Nouns and adjectives

    def _of_noun(self, word: str) -> str:
        if word.endswith(("je", "jes")) and (found := self._diminutive(word)):
            return found
        if word.endswith(("eeen", "ieen", "heden")):
            return dutch.strip(word)
        if word.endswith("en"):
            bacterie = self._pick(word, [word[:-1]]) if word.endswith("ien") else ""
            return bacterie or self._in_en(word)
        if word.endswith("e") and not word.endswith(("ie", "ee")):
            found = self._pick(word, self._without_e(word))
            return found or ("" if word + "s" in self.common else dutch.uninflected(word))
        return self._in_s(word)

    def _without_e(self, word: str) -> list[str]:
        found = dutch.grounds(word[:-1])
        if word.endswith("iele"):  # financiele
            found.append(word[:-2] + "el")
        past = word.endswith(("te", "de"))
        no_past = word.endswith("te") and word[-3] not in _VOICELESS and "ge" not in word
        if (past and word + "s" in self.common) or no_past:
            # sterkte and warmte are no forms of sterkt and warmt, which are forms of verbs
            return [ground for ground in found if self._step(ground) == ground]
        return found

    def _in_s(self, word: str) -> str:
        if not word.endswith("s") or word[-2] in "sij" or word.endswith("us"):
            return ""
        if not self._all.isdisjoint((word + "e", *infinitives(word))):
            return ""  # plaats-en, engels-e: the s is their own
        return self._pick(word, [word[:-1]])

    def _diminutive(self, word: str) -> str:
        small = word.removesuffix("s")
        for ending in _DIMINUTIVES:
            trunk = small.removesuffix(ending)
            if trunk != small and len(trunk) >= _SHORTEST and _may_take(trunk, ending):
                trunk += "ng" if ending == "nkje" else ""  # koning, koninkje
                more = dutch.grounds(trunk) if ending == "etje" else []
                if found := self._pick(word, [trunk, *more]):
                    return found
        return ""

    def _in_en(self, word: str) -> str:
        trunk = word[:-2]
        if len(trunk) < _SHORTEST:
            return ""
        verbs = [g for g in dutch.grounds(trunk) if g.endswith("eer") and self._verb(g)]
        grounds = dict.fromkeys([*verbs, *dutch.grounds(trunk)])  # financieer before financier
        if any(map(self.zipf, self.common.intersection(infinitives(word)))):
            return ""  # reken, rekenen
        found = self._pick(word, grounds) or self._stem_of(word, grounds)
        longer = trunk + "e"  # methode-n
        if (
            longer in self.common
            and (not found or self.zipf(longer) > self.zipf(found) + 0.5)
            and self.zipf(word) < self.zipf(longer) + _COMMONER
        ):
            return longer
        return found

    def _stem_of(self, verb: str, grounds: Iterable[str]) -> str:
        there = (g for g in grounds if g in self.common)
        return next((g for g in there if self._verb(g) >= self.zipf(verb) > 0), "")

    def _pick(self, word: str, proposals: Iterable[str]) -> str:
        """Return the proposal that exists, the first unless another is far commoner; or ""."""
        there = [
            p
            for p in proposals
            if len(p) >= _SHORTEST
            and p not in self._small
            and (p in self.common or {word, p} <= self.proper)
        ]
        if not there:
            return ""
        best = there[0]
        for other in there[1:]:
            if self.zipf(other) > self.zipf(best) + _COMMONER:
                best = other
        return best if self.zipf(word) < self.zipf(best) + _COMMONER else ""


def _may_take(trunk: str, ending: str) -> bool:
    """Say whether a noun has this diminutive: stoel-tje, but kast-je, and plan-netje."""
    if ending == "pje":
        return trunk[-1] == "m" and not _is_short(trunk)
    return ending != "tje" or (trunk[-1] in "lnrwaeiouy" and not _is_short(trunk))


def _is_short(trunk: str) -> bool:
    """Say whether a word of one syllable has a short vowel: plan, lam."""
    return bool(re.fullmatch(r"[^aeiouy]*[aeiou][^aeiouyw]", trunk))


def infinitives(trunk: str) -> list[str]:
    """Return how the infinitive (or plural) of this stem may be written."""
    soft = trunk[:-1] + _SOFT.get(trunk[-1], trunk[-1])
    found = [trunk + "en", soft + "en", trunk + trunk[-1] + "en"]
    if len(trunk) >= _SHORTEST and trunk[-2] == trunk[-3] and trunk[-2] in "aeou":
        found += [trunk[:-2] + trunk[-1] + "en", soft[:-2] + soft[-1] + "en"]
    return found
