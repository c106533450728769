"""Name match and masking: cases typed by hand, and properties that hold for any names."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_domain.kyc.policy import (
    Likeness,
    NameBands,
    NameVerdict,
    masked_aadhaar,
    match_names,
    name_words,
    scrubbed,
    shown_aadhaar,
    surname_agrees,
)
from los_domain.shared.identifiers import Aadhaar, Pan, verhoeff_holds

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "kyc.json").read_text())


@pytest.mark.parametrize(
    ("left", "right", "score", "verdict"),
    [
        ("RAHUL KUMAR SHARMA", "SHARMA RAHUL KUMAR", 100, NameVerdict.MATCH),
        ("Rahul  sharma", "MR. RAHUL SHARMA", 100, NameVerdict.MATCH),
        ("Smt. Sunita Kumari", "SUNITA KUMARI", 100, NameVerdict.MATCH),
        ("RAHUL SHARMA S/O MOHAN SHARMA", "RAHUL SHARMA", 100, NameVerdict.MATCH),
        ("S/O: MOHAN SHARMA", "MOHAN SHARMA", 100, NameVerdict.MATCH),
        ("MARIA D'SOUZA", "MARIA DSOUZA", 100, NameVerdict.MATCH),
        ("JOSÉ FERNANDES", "JOSE FERNANDES", 100, NameVerdict.MATCH),
        ("राम कुमार", "कुमार राम", 100, NameVerdict.MATCH),
        ("RAMKUMAR VERMA", "RAM KUMAR VERMA", 98, NameVerdict.MATCH),
        ("MOHD IRFAN", "MOHAMMED IRFAN", 98, NameVerdict.MATCH),
        ("LAXMI NARAYAN", "LAKSHMI NARAYAN", 98, NameVerdict.MATCH),
        ("DEEPAK WADHWA", "DIPAK VADHVA", 95, NameVerdict.MATCH),
        ("RAHUL SHARMA", "RAHUL KUMAR SHARMA", 95, NameVerdict.MATCH),
        ("RAHUL KUMAR SHAR", "RAHUL KUMAR SHARMA", 94, NameVerdict.MATCH),
        ("R K SHARMA", "RAHUL KUMAR SHARMA", 87, NameVerdict.MATCH),
        ("RK SHARMA", "RAHUL KUMAR SHARMA", 87, NameVerdict.MATCH),
        ("R. SHARMA", "RAHUL SHARMA", 90, NameVerdict.MATCH),
        ("RAHUL", "RAHUL SHARMA", 85, NameVerdict.MATCH),
        ("RAMESH KUMAR", "RAJESH KUMAR", 83, NameVerdict.REVIEW),
        ("SUNITA DEVI", "SUNIL DEVI", 70, NameVerdict.REVIEW),
        ("SHARMA", "RAHUL KUMAR SHARMA", 70, NameVerdict.REVIEW),
        ("ANIL KUMAR", "SUNIL KUMAR", 50, NameVerdict.MISMATCH),
        ("SUNITA DEVI", "RAKESH DEVI", 40, NameVerdict.MISMATCH),
        ("ANAYA DESHMUKH", "ROHIT KUJUR", 0, NameVerdict.MISMATCH),
        ("", "RAHUL SHARMA", 0, NameVerdict.MISMATCH),
        ("", "", 0, NameVerdict.MISMATCH),
        ("12345", "12345", 0, NameVerdict.MISMATCH),
    ],
)
def test_cases(left: str, right: str, score: int, verdict: NameVerdict) -> None:
    assert match_names(left, right).score == score
    assert match_names(right, left).score == score
    assert NameBands().verdict(score) is verdict


NAMES = st.lists(
    st.sampled_from("RAHUL R K RK KUMAR KR SHARMA RAM RAMKUMAR MOHD MD SUNITA SUNIL DEVI LAXMI SHAR MR".split()),
    max_size=5,
)
ANY = st.one_of(NAMES.map(" ".join), st.text(max_size=30))


@given(ANY, ANY)
def test_is_symmetric_and_bounded(left: str, right: str) -> None:
    there, back = match_names(left, right), match_names(right, left)
    assert there.score == back.score
    assert sorted(s.likeness.name for s in there.steps) == sorted(s.likeness.name for s in back.steps)
    assert 0 <= there.score <= 100


@given(ANY)
def test_a_name_equals_itself_however_it_is_written(name: str) -> None:
    match = match_names(name, f"  {name} ")
    assert match.score == (100 if name_words(name) else 0)
    assert {step.likeness for step in match.steps} <= {Likeness.SAME}


@given(NAMES.filter(lambda words: "MR" not in words), st.randoms(use_true_random=False))
def test_the_order_of_words_does_not_count(words: list[str], random: object) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match_names(" ".join(words), " ".join(shuffled)).score == (100 if words else 0)


@given(ANY, ANY)
def test_only_the_same_words_are_a_hundred(left: str, right: str) -> None:
    if match_names(left, right).score == 100:
        assert sorted(name_words(left)) == sorted(name_words(right))


@given(ANY, ANY)
def test_every_word_is_accounted_for(left: str, right: str) -> None:
    match = match_names(left, right)
    if match.steps:
        assert "".join(sorted("".join(s.left for s in match.steps))) == "".join(sorted("".join(name_words(left))))
        assert "".join(sorted("".join(s.right for s in match.steps))) == "".join(sorted("".join(name_words(right))))


def test_explains_itself_with_and_without_the_names() -> None:
    match = match_names("MOHD IRFAN", "MOHAMMED IRFAN ALI")
    assert match.explanation == (
        "IRFAN – IRFAN: the same",
        "MOHD – MOHAMMED: customary spellings of one name",
        "ALI: on one side only",
    )
    assert match.summary == "same 1, variant 1, extra 1"
    assert "IRFAN" not in repr(match)


def test_bands_are_a_setting_in_order() -> None:
    assert NameBands(95, 90).verdict(94) is NameVerdict.REVIEW
    with pytest.raises(ValueError, match="bands"):
        NameBands(60, 80)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("999941057058", "XXXXXXXX7058"),
        ("9999 4105 7058", "XXXXXXXX7058"),
        ("xxxxxxxx7058", "XXXXXXXX7058"),
        ("XXXX-XXXX-7058", "XXXXXXXX7058"),
        ("********7058", "XXXXXXXX7058"),
        ("7058", "XXXXXXXX7058"),
        ("", ""),
        ("N/A", ""),
        ("XXXXXXXXXXXX", ""),
        ("9999410570581234", ""),
        ("٩٩٩٩٤١٠٥٧٠٥٨", ""),
    ],
)
def test_only_four_digits_of_an_aadhaar_number_are_kept(written: str, kept: str) -> None:
    assert masked_aadhaar(written) == kept


def test_a_whole_number_is_never_shown() -> None:
    assert shown_aadhaar("XXXXXXXX7058") == "XXXX XXXX 7058"
    with pytest.raises(ValueError, match="masked"):
        shown_aadhaar("999941057058")


@pytest.mark.parametrize("number", [n for n in VECTORS["verhoeff"]["valid"] if len(n) == 12])
@pytest.mark.parametrize("blank", ["", " ", "-"])
def test_numbers_are_scrubbed_from_text(number: str, blank: str) -> None:
    written = blank.join((number[:4], number[4:8], number[8:]))
    assert scrubbed(f"uid {written}, PAN ABCPD1234F.") == f"uid XXXXXXXX{number[-4:]}, PAN {Pan('ABCPD1234F')}."
    assert "ABCPD1234F" not in scrubbed("ABCPD1234F")


@pytest.mark.parametrize("number", [*VECTORS["verhoeff"]["invalid"], "9999410570581", "09999410570580"])
def test_an_account_number_is_not_taken_for_an_aadhaar_number(number: str) -> None:
    assert scrubbed(f"account {number}") == f"account {number}"


def test_the_fifth_letter_of_a_pan_is_a_soft_sign() -> None:
    assert surname_agrees(Pan("ZZZPD0001A"), "Anaya Deshmukh")
    assert not surname_agrees(Pan("ZZZPD0001A"), "Rohit Kujur")


def test_the_check_digit_of_the_vectors() -> None:
    assert all(verhoeff_holds(number) for number in VECTORS["verhoeff"]["valid"])
    assert not any(verhoeff_holds(number) for number in VECTORS["verhoeff"]["invalid"])
    for stem, digit in VECTORS["verhoeff"]["check_digit_of"].items():
        assert [d for d in range(10) if verhoeff_holds(f"{stem}{d}")] == [digit]


@pytest.mark.parametrize(
    "number",
    [*VECTORS["verhoeff"]["invalid"], "333333333333", "666666666666", "999999999999", "099941057058", "99994105705"],
)
def test_what_is_no_aadhaar_number_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(ValueError, match="Aadhaar") as caught:
        Aadhaar(number)
    assert number not in str(caught.value)
