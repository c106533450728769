"""
Whether two names are one person's, and what of an identity number may be seen.

The name match compares what different authorities wrote: order, titles, initials, relations, cut or joined words and the noise of
transliteration differ for one person. It is deterministic, symmetric and free of any library, so that a decision can be replayed;
its answer says how every word was matched. A name alone never declines anybody: PAN and date of birth outrank it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import Enum

import attrs

from los_domain.kyc.model import NameVerdict as NameVerdict
from los_domain.shared.identifiers import Pan, verhoeff_holds


class Likeness(Enum):
    """How a word of one name was matched with the other name; the value is its credit out of 100, or minus its penalty."""

    SAME = (100, "the same")
    JOINED = (98, "written as one word and as several")
    VARIANT = (97, "customary spellings of one name")
    SOUND = (95, "sounds the same")
    NEAR = (90, "differs by a slip of the pen")
    CUT = (85, "the beginning of it")
    INITIAL = (80, "its initial")
    CLOSE = (70, "close, though possibly another name")
    ALIKE = (50, "alike, probably another name")
    DIFFERENT = (0, "different")
    NO_MIDDLE = (-5, "a middle name on one side only")
    EXTRA = (-15, "on one side only")

    @property
    def credit(self) -> int:
        """Hundredths of the word's weight, or points off the whole when negative."""
        return self.value[0]

    @property
    def words(self) -> str:
        """The likeness in words."""
        return self.value[1]


@attrs.frozen
class WordMatch:
    """One step of a name match. *left* or *right* is empty where the word stands on one side only."""

    left: str = attrs.field(repr=False)
    right: str = attrs.field(repr=False)
    likeness: Likeness


@attrs.frozen
class NameMatch:
    """A score from 0 to 100 and every step that led to it."""

    score: int
    steps: tuple[WordMatch, ...]

    @property
    def explanation(self) -> tuple[str, ...]:
        """Sentences for staff. They hold the names, so they are personal data."""
        return tuple(
            f"{step.left} – {step.right}: {step.likeness.words}" if step.left and step.right
            else f"{step.left or step.right}: {step.likeness.words}"
            for step in self.steps
        )  # fmt: skip

    @property
    def summary(self) -> str:
        """How many words were matched in each way; no part of a name, so that it may be kept in the clear."""
        counted = Counter(step.likeness for step in self.steps)
        return ", ".join(f"{likeness.name.lower()} {counted[likeness]}" for likeness in Likeness if counted[likeness])


@attrs.frozen
class NameBands:
    """Scores from which a match holds by itself, and from which a person looks at it."""

    match_from: int = 85
    review_from: int = 65

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.review_from <= self.match_from <= 100:
            raise ValueError("bands are 0 <= review_from <= match_from <= 100")

    def verdict(self, score: int) -> NameVerdict:
        """Return the band that *score* falls into."""
        if score >= self.match_from:
            return NameVerdict.MATCH
        return NameVerdict.REVIEW if score >= self.review_from else NameVerdict.MISMATCH


TITLES = frozenset(
    "MR MRS MS MISS MASTER DR PROF SHRI SHREE SRI SMT SHRIMATI KUMARI KUM KM LATE CAPT COL MAJ ADV CA".split()
)
"""Left out at the beginning of a name, as long as a word remains. Kumari as second name stays."""

_RELATION = re.compile(r"\b(?:[SDWCH]\s*/\s*O|SON OF|DAUGHTER OF|WIFE OF|HUSBAND OF|CARE OF)\b")

VARIANTS: dict[str, str] = {
    spelling: spellings.split()[0]
    for spellings in (
        "MOHAMMED MOHD MD MOHAMAD MOHAMED MOHAMMAD MUHAMMAD MUHAMMED MUHAMED MOHMMED MOHMAD",
        "KUMAR KR KUMR",
        "LAKSHMI LAXMI LAKSMI LACHMI",
        "SHEIKH SHAIKH SHAIK SHEK SK",
        "CHOUDHARY CHAUDHARY CHOUDHURY CHAUDHURI CHOWDHURY CHOWDARY CHOUDHRY",
        "KRISHNA KRISHNAN KISHAN KRUSHNA",
        "SYED SAYED SAYYED SAIYED",
        "DEVI DEBI",
        "CHANDRA CHANDER CHAND",
        "PRASAD PARSHAD PRASHAD",
        "BHATTACHARYA BHATTACHARJEE BHATTACHARYYA",
        "BANERJEE BANDYOPADHYAY BANERJI",
        "MUKHERJEE MUKHOPADHYAY MUKHERJI",
        "CHATTERJEE CHATTOPADHYAY CHATTERJI",
    )
    for spelling in spellings.split()
}
"""Customary spellings of one name, each with the first of its row."""

_SOUNDS = (
    ("KSH", "X"), ("PH", "F"), ("CK", "K"), ("EE", "I"), ("OO", "U"), ("AU", "O"), ("OU", "O"), ("W", "V"), ("Z", "J"),
    ("Q", "K"), ("Y", "I"), ("H", ""),
)  # fmt: skip


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name that are compared: upper case, without marks, digits, titles and what follows S/O and its like."""
    raised = unicodedata.normalize("NFKC", name).upper().strip()
    if _RELATION.match(raised):
        raised = _RELATION.sub("", raised, count=1)
    plain = _without_latin_marks(_RELATION.split(raised, maxsplit=1)[0])
    words = "".join(c if unicodedata.category(c)[0] in "LM" else "" if c in "'’`" else " " for c in plain).split()
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return tuple(words)


def match_names(left: str, right: str) -> NameMatch:
    """
    Return how far two names agree.

    Each word is matched with its likest counterpart, in any order, and weighs its length; a middle name that one side leaves out costs 5
    points, another word on one side only 15. 100 needs the same words; nothing to compare gives 0.
    """
    ours, theirs = name_words(left), name_words(right)
    swapped = theirs < ours  # one order for both directions makes the match symmetric by construction
    one, two = (theirs, ours) if swapped else (ours, theirs)
    score, steps = _matched(one, two)
    if swapped:
        steps = [WordMatch(step.right, step.left, step.likeness) for step in steps]
    return NameMatch(score, tuple(steps))


def _matched(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[int, list[WordMatch]]:
    if not one or not two:
        return 0, []
    joined: set[str] = set()
    lefts, rights = _level(one, two, joined)
    pairs = sorted(
        (
            (likeness, i, j)
            for i, a in enumerate(lefts)
            for j, b in enumerate(rights)
            if (likeness := _likeness(a, b, joined)) is not Likeness.DIFFERENT
        ),
        key=lambda pair: (-pair[0].credit, -max(len(lefts[pair[1]]), len(rights[pair[2]])), pair[1], pair[2]),
    )
    steps: list[tuple[int, WordMatch]] = []
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for likeness, i, j in pairs:
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            steps.append((max(len(lefts[i]), len(rights[j])), WordMatch(lefts[i], rights[j], likeness)))
    rest_left = sorted(set(range(len(lefts))) - taken_left, key=lambda i: (-len(lefts[i]), i))
    rest_right = sorted(set(range(len(rights))) - taken_right, key=lambda j: (-len(rights[j]), j))
    for i, j in zip(rest_left, rest_right, strict=False):
        steps.append((max(len(lefts[i]), len(rights[j])), WordMatch(lefts[i], rights[j], Likeness.DIFFERENT)))
    even = min(len(rest_left), len(rest_right))
    lonely = [WordMatch(lefts[i], "", _lonely(i, lefts, taken_left)) for i in rest_left[even:]]
    lonely += [WordMatch("", rights[j], _lonely(j, rights, taken_right)) for j in rest_right[even:]]
    whole = sum(weight for weight, _ in steps)
    earned = sum(weight * step.likeness.credit for weight, step in steps)
    score = earned // whole + sum(step.likeness.credit for step in lonely)
    return max(0, score), [step for _, step in steps] + lonely


def _lonely(place: int, words: Sequence[str], taken: set[int]) -> Likeness:
    inside = 0 < place < len(words) - 1 and {0, len(words) - 1} <= taken
    return Likeness.NO_MIDDLE if inside else Likeness.EXTRA


def _level(one: tuple[str, ...], two: tuple[str, ...], joined: set[str]) -> tuple[list[str], list[str]]:
    """Return both names with words that one side writes together and the other apart brought to one form."""
    lefts, rights = _join(list(one), two, joined), _join(list(two), one, joined)
    return _split_initials(lefts, rights), _split_initials(rights, lefts)


def _join(words: list[str], others: Sequence[str], joined: set[str]) -> list[str]:
    place = 0
    while place + 1 < len(words):
        together = words[place] + words[place + 1]
        if together in others and together not in words:
            words[place : place + 2] = [together]
            joined.add(together)
        else:
            place += 1
    return words


def _split_initials(words: list[str], others: Sequence[str]) -> list[str]:
    """Return *words* with initials written together (RK) apart, where the other side has words that begin so in that order."""
    initials = "".join(word[0] for word in others)
    out: list[str] = []
    for word in words:
        together = 2 <= len(word) <= 3 and word not in others and word in initials and word not in VARIANTS
        out.extend(word if together else [word])
    return out


def _likeness(a: str, b: str, joined: set[str]) -> Likeness:
    if a == b:
        return Likeness.JOINED if a in joined else Likeness.SAME
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        return Likeness.INITIAL if long.startswith(short) else Likeness.DIFFERENT
    if VARIANTS.get(a, a) == VARIANTS.get(b, b):
        return Likeness.VARIANT
    if len(short) >= 3 and _sound(a) == _sound(b):
        return Likeness.SOUND
    if len(short) >= 3 and long.startswith(short):
        return Likeness.CUT
    closeness = _jaro_winkler(a, b)
    for least, likeness in ((940, Likeness.NEAR), (900, Likeness.CLOSE), (850, Likeness.ALIKE)):
        if closeness >= least and len(short) >= 3:
            return likeness
    return Likeness.DIFFERENT


def _sound(word: str) -> str:
    """Return a key that spellings of one Indian name in Latin letters share: one letter a sound, no doubles, no closing A."""
    key = word
    for written, heard in _SOUNDS:
        key = key[0] + key[1:].replace(written, heard) if written == "H" else key.replace(written, heard)
    key = re.sub(r"(.)\1+", r"\1", key)
    return key[:-1] if len(key) > 3 and key.endswith("A") else key


def _jaro_winkler(a: str, b: str) -> int:
    """
    Return the Jaro–Winkler similarity in thousandths, rounded down: prefix weight 0.1, at most four letters.

    Source: W. E. Winkler, String Comparator Metrics and Enhanced Decision Rules in the Fellegi–Sunter Model, 1990.
    """
    reach = max(len(a), len(b)) // 2 - 1
    used = [False] * len(b)
    common: list[str] = []
    for i, letter in enumerate(a):
        for j in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if not used[j] and b[j] == letter:
                used[j] = True
                common.append(letter)
                break
    found = len(common)
    if not found:
        return 0
    other = [letter for letter, hit in zip(b, used, strict=True) if hit]
    moved = sum(x != y for x, y in zip(common, other, strict=True))
    over = 2 * found * found * (len(a) + len(b)) + (2 * found - moved) * len(a) * len(b)
    jaro = 1000 * over // (6 * found * len(a) * len(b))
    prefix = 0
    while prefix < min(4, len(a), len(b)) and a[prefix] == b[prefix]:
        prefix += 1
    return jaro + prefix * (1000 - jaro) // 10


def _without_latin_marks(text: str) -> str:
    kept: list[str] = []
    latin = False
    for letter in unicodedata.normalize("NFD", text):
        if unicodedata.category(letter) == "Mn" and latin:
            continue
        latin = letter.isascii()
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def surname_agrees(pan: Pan, name: str) -> bool:
    """Return whether the PAN's fifth letter begins a word of *name*. A soft sign: surnames change, and some people have one name."""
    return any(word.startswith(pan.value[4]) for word in name_words(name))


def masked_aadhaar(written: str) -> str:
    """Return the only form of an Aadhaar number that may be kept, ``XXXXXXXX1234``, from a whole or masked one; '' if it is neither."""
    bare = re.sub(r"[\s\-]", "", written).upper()
    return f"XXXXXXXX{bare[-4:]}" if re.fullmatch(r"[\dX*]{0,12}\d{4}", bare, re.ASCII) and len(bare) <= 12 else ""


def shown_aadhaar(masked: str) -> str:
    """Return a masked number as people read it, ``XXXX XXXX 1234``. Raises ValueError for one that is not masked."""
    if not re.fullmatch(r"X{8}\d{4}", masked, re.ASCII):
        raise ValueError("only a masked Aadhaar number may be shown")
    return f"XXXX XXXX {masked[-4:]}"


_AADHAAR_IN_TEXT = re.compile(r"(?<!\d)[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?!\d)", re.ASCII)
_PAN_IN_TEXT = re.compile(r"(?<![A-Z0-9])[A-Z]{3}[ABCFGHLJPTE][A-Z]\d{4}[A-Z](?![A-Z0-9])", re.ASCII)


def scrubbed(text: str) -> str:
    """Return *text* with every Aadhaar number (its check digit tells it from an account number) and every PAN masked."""

    def aadhaar(found: re.Match[str]) -> str:
        digits = re.sub(r"[ -]", "", found[0])
        return masked_aadhaar(digits) if verhoeff_holds(digits) else found[0]

    return _PAN_IN_TEXT.sub(lambda found: str(Pan(found[0])), _AADHAAR_IN_TEXT.sub(aadhaar, text))
