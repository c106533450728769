"""
The people whom the sandbox's vendors know, alike at every one of them.

Five are named and documented, the others are made from a seed: a person's numbers are a scrambled form of its place in
the row of all people, so that any vendor can tell from a PAN, phone, Aadhaar, account or UAN alone whether there is
such a person and who it is, and nothing has to be kept. All are invented. Whoever is not here has no record anywhere.
"""

import random
import string
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import attrs

MOST_SEEDS = 1_000_000
"""How many seeds give people of their own; a larger one is taken modulo this. Few enough that a number typed at random is nobody's."""

CLASSES: Mapping[str, tuple[str, str]] = {
    "prime": ("prime", "stable-salary"),
    "thin": ("thin-file-ntc", "gig-income"),
    "late-payer": ("recent-60-dpd", "irregular-salary"),
    "written-off": ("written-off", "modest-salary"),
    "loaded": ("enquiry-hungry", "emi-load-bounces"),
}
"""What a borrower is like, with its class of `bureau_data` and of `statement_data`."""

INCOME: Mapping[str, tuple[str, int]] = {
    "stable-salary": ("ACME INFOTECH PVT LTD", 68500),
    "gig-income": ("", 33000),
    "irregular-salary": ("HARBOUR TRADERS", 37000),
    "modest-salary": ("DESERT CRAFTS", 31000),
    "emi-load-bounces": ("LOGI SERVICES LLP", 42000),
}
"""Who pays and about how many rupees a month, as the statement of each class is drawn."""

_FIRST = {
    "Female": "Anika Bhavna Charu Deepa Esha Gauri Hema Isha Jaya Kavya Lata Meera Nisha Pooja Rekha Sunita Tara Usha".split(),
    "Male": "Amit Bharat Chetan Dinesh Farhan Girish Harish Imran Jatin Kiran Lokesh Manoj Nitin Prakash Ravi Sanjay Vijay".split(),
}
_LAST = "Agarwal Bose Chauhan Desai Fernandes Gupta Hegde Iyer Joshi Kulkarni Menon Nair Patel Rao Saxena Thomas Verma Yadav".split()
_PLACES = (
    ("Pune", "MH", "411045"),
    ("Bengaluru", "KA", "560034"),
    ("Kochi", "KL", "682020"),
    ("Jaipur", "RJ", "302017"),
    ("Chennai", "TN", "600042"),
    ("Hyderabad", "TS", "500081"),
    ("Ahmedabad", "GJ", "380015"),
    ("Lucknow", "UP", "226010"),
    ("Indore", "MP", "452001"),
    ("Kolkata", "WB", "700091"),
)
_BANKS = (
    ("HDFC BANK", "HDFC0000060"),
    ("ICICI BANK", "ICIC0000004"),
    ("STATE BANK OF INDIA", "SBIN0000300"),
    ("AXIS BANK", "UTIB0000004"),
    ("KOTAK MAHINDRA BANK", "KKBK0000958"),
)
STATE_NAMES: Mapping[str, str] = {
    "MH": "Maharashtra",
    "KA": "Karnataka",
    "KL": "Kerala",
    "RJ": "Rajasthan",
    "TN": "Tamil Nadu",
    "TS": "Telangana",
    "GJ": "Gujarat",
    "UP": "Uttar Pradesh",
    "MP": "Madhya Pradesh",
    "WB": "West Bengal",
    "JH": "Jharkhand",
    "DL": "Delhi",
}

_D = tuple(
    "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210".split()
)
_P = tuple("0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258".split())
_INVERSE = "0432156789"


def verhoeff_digit(digits: str) -> str:
    """Return the check digit to put after *digits*. Source: J. Verhoeff, 1969; tables as in the Aadhaar specification."""
    check = 0
    for place, digit in enumerate(reversed(digits), 1):
        check = int(_D[check][int(_P[place % 8][int(digit)])])
    return _INVERSE[check]


@attrs.frozen
class Persona:
    """One borrower. `los_http.sandbox.vendor.Person` says what the fields mean."""

    pan: str
    phone: str
    aadhaar: str
    uan: str
    first_name: str
    last_name: str
    date_of_birth: date
    gender: str
    care_of: str
    address_line: str
    city: str
    state: str
    pin: str
    account_number: str
    ifsc: str
    bank: str
    kind: str
    months_employed: int
    scale: int = 10
    seed: int | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}.{self.phone[-4:]}@mail.example".lower()

    @property
    def bureau(self) -> str:
        return CLASSES[self.kind][0]

    @property
    def statement(self) -> str:
        return CLASSES[self.kind][1]

    @property
    def employer(self) -> str:
        return INCOME[self.statement][0]

    @property
    def monthly_income(self) -> int:
        return INCOME[self.statement][1] * self.scale // 10

    def knows(self) -> dict[str, Any]:
        """Return what she could type into a form, in the keys of JSON."""
        return {
            "class": self.kind,
            "seed": self.seed,
            "pan": self.pan,
            "phone": self.phone,
            "aadhaar": self.aadhaar,
            "maskedAadhaar": "XXXX XXXX " + self.aadhaar[-4:],
            "uan": self.uan,
            "name": self.name,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "careOf": self.care_of,
            "dateOfBirth": self.date_of_birth.isoformat(),
            "gender": self.gender,
            "addressLine": self.address_line,
            "city": self.city,
            "state": self.state,
            "stateName": STATE_NAMES[self.state],
            "pincode": self.pin,
            "email": self.email,
            "employer": self.employer,
            "monthlyIncome": self.monthly_income,
            "monthsEmployed": self.months_employed if self.employer else 0,
            "bank": self.bank,
            "accountNumber": self.account_number,
            "ifsc": self.ifsc,
        }


def _named(
    pan: str, phone: str, aadhaar: str, uan: str, name: str, born: date, gender: str, care_of: str, address: str,
    city: str, state: str, pin: str, account: str, ifsc: str, kind: str, months: int,
) -> Persona:  # fmt: skip
    first, _, last = name.partition(" ")
    return Persona(
        pan, phone, aadhaar, uan, first, last, born, gender, care_of, address, city, state, pin, account, ifsc,
        "DEMO BANK", kind, months,
    )  # fmt: skip


NAMED: tuple[Persona, ...] = (
    _named(
        "ZZZPD0001A", "9000000001", "999941057058", "100000000001", "Anaya Deshmukh", date(1988, 3, 14), "Female",
        "Prakash Deshmukh", "Flat 12 Sample Heights Baner Road", "Pune", "MH", "411045", "50100000001001", "SBXB0000411",
        "prime", 62,
    ),
    _named(
        "ZZZPK0002B", "9000000002", "999971658847", "", "Rohit Kujur", date(2002, 12, 1), "Male",
        "Daniel Kujur", "House 7 Sample Colony Hinoo", "Ranchi", "JH", "834001", "50100000002002", "SBXB0000834",
        "thin", 0,
    ),
    _named(
        "ZZZPP0003C", "9000000003", "999933119405", "100000000003", "Suresh Pillai", date(1985, 7, 22), "Male",
        "Gopalan Pillai", "Door 44 Test Lane Kadavanthra", "Kochi", "KL", "682020", "50100000003003", "SBXB0000682",
        "late-payer", 31,
    ),
    _named(
        "ZZZPR0004D", "9000000004", "99994105704" + verhoeff_digit("99994105704"), "100000000004", "Meena Rathore",
        date(1979, 11, 5), "Female", "Bhanwar Rathore", "Plot 9 Demo Nagar Malviya", "Jaipur", "RJ", "302017",
        "50100000004004", "SBXB0000302", "written-off", 88,
    ),
    _named(
        "ZZZPQ0005E", "9000000005", "99997165805" + verhoeff_digit("99997165805"), "100000000005", "Faizan Qureshi",
        date(1993, 1, 19), "Male", "Salim Qureshi", "A-21 Mock Enclave Okhla", "Delhi", "DL", "110025",
        "50100000005005", "SBXB0000500", "loaded", 19,
    ),
)  # fmt: skip

_SPACE = 1_000_000_000
_STRIDES = {
    "phone": 387_420_489,
    "aadhaar": 610_351_563,
    "account": 244_140_629,
    "uan": 282_475_249,
    "pan": 823_543_001,
}
_SERIALS = 9999
_LETTERS = 26**3 - 1  # ZZZ is kept for the named
_KINDS = tuple(CLASSES)


def _scrambled(place: int, use: str) -> int:
    return (place * _STRIDES[use] + 271_828_183) % _SPACE


def _unscrambled(value: int, use: str) -> int:
    return (value - 271_828_183) * pow(_STRIDES[use], -1, _SPACE) % _SPACE


def _letters(number: int) -> str:
    return "".join(string.ascii_uppercase[number // 26**power % 26] for power in (2, 1, 0))


def _pan(place: int, surname: str) -> str:
    value = _scrambled(place, "pan")
    letters, value = value % _LETTERS, value // _LETTERS
    serial, rest = value % _SERIALS + 1, value // _SERIALS
    return f"{_letters(letters)}P{surname[0]}{serial:04d}{string.ascii_uppercase[rest]}"


def _place_of_pan(pan: str) -> int:
    letters = sum((ord(letter) - 65) * 26**power for letter, power in zip(pan[:3], (2, 1, 0), strict=True))
    value = ((ord(pan[9]) - 65) * _SERIALS + int(pan[5:9]) - 1) * _LETTERS + letters
    return _unscrambled(value, "pan")


def kind_of(seed: int) -> str:
    """Return the class a seed has unless another is asked for: mostly prime, and some of each."""
    return random.Random(f"class {seed % MOST_SEEDS}").choices(_KINDS, weights=(6, 1, 1, 1, 1))[0]


def persona(seed: int, kind: str = "") -> Persona:
    """Return the borrower of *seed*, 0 or more, and of class *kind*. Raises ValueError for no such class or seed."""
    kind = kind or kind_of(seed)
    if kind not in CLASSES or seed < 0:
        raise ValueError("a seed is 0 or more, a class one of " + ", ".join(CLASSES))
    return _at(seed % MOST_SEEDS * len(_KINDS) + _KINDS.index(kind))


def _at(place: int) -> Persona:
    seed, kind = place // len(_KINDS), _KINDS[place % len(_KINDS)]
    chance = random.Random(f"persona {seed}")
    gender = chance.choice(("Female", "Male"))
    first, last = chance.choice(_FIRST[gender]), chance.choice(_LAST)
    city, state, pin = chance.choice(_PLACES)
    bank, ifsc = chance.choice(_BANKS)
    aadhaar = f"99{_scrambled(place, 'aadhaar'):09d}"
    has_employer = bool(INCOME[CLASSES[kind][1]][0])
    return Persona(
        pan=_pan(place, last),
        phone=f"{6 + place % 4}{_scrambled(place, 'phone'):09d}",
        aadhaar=aadhaar + verhoeff_digit(aadhaar),
        uan=f"101{_scrambled(place, 'uan'):09d}" if has_employer else "",
        first_name=first,
        last_name=last,
        date_of_birth=date(1975, 1, 1) + timedelta(days=chance.randrange(9000)),
        gender=gender,
        care_of=f"{chance.choice(_FIRST['Male'])} {last}",
        address_line=f"{chance.randint(1, 240)} {chance.choice(_LAST)} Residency {chance.choice(('MG', 'Station', 'Lake', 'Park'))} Road",
        city=city,
        state=state,
        pin=pin,
        account_number=f"5020{_scrambled(place, 'account'):09d}",
        ifsc=ifsc,
        bank=bank,
        kind=kind,
        months_employed=chance.randint(14, 96) if has_employer else 0,
        scale=chance.randint(8, 14),
        seed=seed,
    )


def _candidate(use: str, value: str) -> Persona | None:
    named = {"pan": "pan", "phone": "phone", "account": "account_number", "aadhaar": "aadhaar", "uan": "uan"}[use]
    for person in NAMED:
        if getattr(person, named) == value:
            return person
    try:
        place = _place_of_pan(value) if use == "pan" else _unscrambled(int(_MIDDLE[use](value)), use)
    except (ValueError, IndexError):
        return None
    if not 0 <= place < MOST_SEEDS * len(_KINDS):
        return None
    found = _at(place)
    return found if getattr(found, named) == value else None


_MIDDLE = {
    "phone": lambda value: value[1:],
    "aadhaar": lambda value: value[2:11],
    "account": lambda value: value[4:],
    "uan": lambda value: value[3:],
}


def find(
    *, pan: str = "", phone: str = "", account_number: str = "", aadhaar: str = "", uan: str = ""
) -> Persona | None:
    """Return the persona who has all that is named, or None where there is none or nothing is named."""
    asked = {"pan": pan.upper(), "phone": phone, "account": account_number, "aadhaar": aadhaar, "uan": uan}
    found = [_candidate(use, value) for use, value in asked.items() if value]
    return found[0] if found and all(one == found[0] for one in found) else None
