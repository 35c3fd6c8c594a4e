"""Who there is in the playground: people, their organisations and groups; all names are invented.

Who is who, and how they meet, follows a partnership against drought in the north of Kenya.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.roles import Role

TOKEN = "1000:playground"  # noqa: S105 - the small Telegram's own bot, reachable from nowhere
BOT_NAME, BOT_USERNAME = "Baraza", "BarazaPlayBot"
ZONE = "Africa/Nairobi"
GROUP_CHAT, TURKANA_CHAT, GARISSA_CHAT, NATIONAL_CHAT = -4001, -4002, -4003, -4004


@dataclass(frozen=True)
class Seeded:
    """One person, as they are in one group."""

    id: int
    first_name: str
    last_name: str
    language: str
    organisation: str | None
    role: Role = Role.MEMBER
    is_alternate: bool = False
    is_coordinator: bool = False

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Secretariat:
    """One group with its chat."""

    chat_id: int
    name: str
    title: str
    """What the chat is called."""
    languages: tuple[str, ...]
    people: tuple[Seeded, ...]
    """Who is at home here."""
    guests: tuple[Seeded, ...] = ()
    """Who is at home in another group and has a seat here, too."""
    remote: tuple[str, ...] = ()
    """Organisations that have a seat, but nobody on Telegram: others answer for them."""
    is_county: bool = True

    @property
    def seated(self) -> tuple[Seeded, ...]:
        """Return everybody who belongs to the group."""
        return (*self.people, *self.guests)

    @property
    def organisations(self) -> list[str]:
        """Return the organisations that have a seat; those who only observe have none."""
        speaking = [person for person in self.seated if person.role is not Role.OBSERVER]
        named = [person.organisation for person in speaking if person.organisation]
        return list(dict.fromkeys([*named, *self.remote]))


@dataclass(frozen=True)
class Partnership:
    """A coalition: its groups, its coordination team, and who only looks in."""

    groups: tuple[Secretariat, ...]
    team: tuple[Seeded, ...]
    visitors: tuple[Seeded, ...]
    languages: tuple[str, ...]

    @property
    def people(self) -> tuple[Seeded, ...]:
        """Return everybody once, as they are in the group in which they are at home."""
        at_home = [person for group in self.groups for person in group.people]
        return (*at_home, *self.team, *self.visitors)

    def chats(self) -> Iterator[tuple[Secretariat, Sequence[int]]]:
        """Yield each group with the Telegram ids of those who are in its chat."""
        team = [person.id for person in self.team]
        for number, group in enumerate(self.groups):
            visitors = [person.id for person in self.visitors] if number == 0 else []
            yield group, [*(person.id for person in group.seated), *team, *visitors]


def _pair(
    number: int,
    organisation: str,
    prime: str,
    alternate: str,
    *,
    prime_speaks: str | None = None,
) -> tuple[Seeded, Seeded]:
    """Return the prime and the alternate of an organisation."""
    first, last = prime.split()
    other_first, other_last = alternate.split()
    language = "sw" if number % 2 else "en"
    return (
        Seeded(100 + 2 * number, first, last, prime_speaks or language, organisation),
        Seeded(
            101 + 2 * number,
            other_first,
            other_last,
            language,
            organisation,
            is_alternate=True,
        ),
    )


HALIMA = Seeded(10, "Halima", "Abdi", "en", "Wajir Drought Office", role=Role.LEAD)
WAJIR = Secretariat(
    GROUP_CHAT,
    "Wajir",
    "Wajir County",
    ("en", "sw"),
    (
        HALIMA,
        Seeded(
            11,
            "Yusuf",
            "Noor",
            "sw",
            "Wajir Drought Office",
            role=Role.DEPUTY,
            is_alternate=True,
        ),
        *_pair(1, "Maji Bora Trust", "Amina Hassan", "Peter Lokwawi"),
        *_pair(2, "Pastoral Voices", "Ibrahim Ali", "Grace Wanjiru"),
        *_pair(3, "Green Rangelands", "Fatuma Omar", "John Ekai"),
        *_pair(4, "Afya Mashinani", "Zainab Sheikh", "David Kiptoo"),
        *_pair(5, "Tumaini Livestock", "Mohamed Farah", "Ruth Naserian"),
        *_pair(6, "Elimu Kaskazini", "Khadija Yussuf", "Samuel Lemarkat"),
        *_pair(7, "Wajir Women Network", "Hodan Adan", "Esther Achieng", prime_speaks="so"),
    ),
)

AKIRU = Seeded(20, "Akiru", "Lokorio", "sw", "Turkana Drought Office", role=Role.LEAD)
TURKANA = Secretariat(
    TURKANA_CHAT,
    "Turkana",
    "Turkana County",
    ("sw", "en"),
    (
        AKIRU,
        Seeded(21, "James", "Ewoi", "en", "Green Rangelands", role=Role.DEPUTY),
        Seeded(22, "Nakiru", "Ekal", "sw", "Maji Bora Trust"),
        Seeded(23, "Paul", "Etabo", "sw", "Pastoral Voices"),
        Seeded(24, "Rose", "Aule", "en", "Afya Mashinani"),
        Seeded(25, "Simon", "Lopeyok", "sw", "Tumaini Livestock"),
        Seeded(26, "Mercy", "Ngasike", "en", "Horizon Fund", role=Role.OBSERVER),
    ),
    remote=("Lokiriama Herders Union",),
)

ABDULLAHI = Seeded(30, "Abdullahi", "Gedi", "so", "Garissa Drought Office", role=Role.LEAD)
GARISSA = Secretariat(
    GARISSA_CHAT,
    "Garissa",
    "Garissa County",
    ("so", "sw", "en"),
    (
        ABDULLAHI,
        Seeded(31, "Sahra", "Duale", "so", "Tana Youth Forum", role=Role.DEPUTY),
        Seeded(32, "Bashir", "Salat", "so", "Maji Bora Trust"),
        Seeded(33, "Rukia", "Hussein", "sw", "Elimu Kaskazini"),
        Seeded(34, "Joseph", "Mutua", "en", "Afya Mashinani"),
        Seeded(35, "Deqa", "Warsame", "so", "Tumaini Livestock"),
    ),
)

NATIONAL = Secretariat(
    NATIONAL_CHAT,
    "National secretariat",
    "National secretariat",
    ("en",),
    (
        Seeded(40, "Salome", "Cherono", "en", "National Drought Office", role=Role.LEAD),
        Seeded(41, "Hassan", "Mwinyi", "en", "Horizon Fund", role=Role.OBSERVER),
        Seeded(42, "Beatrice", "Atieno", "en", "Maji Bora Trust"),
        Seeded(43, "Ali", "Godana", "en", "Pastoral Voices"),
    ),
    guests=tuple(replace(lead, role=Role.MEMBER) for lead in (HALIMA, AKIRU, ABDULLAHI)),
    is_county=False,
)

TEAM = (
    Seeded(12, "Njeri", "Kamau", "en", None, is_coordinator=True),
    Seeded(13, "Otieno", "Ouma", "en", None, is_coordinator=True),
    Seeded(14, "Zawadi", "Nafula", "sw", None, is_coordinator=True),
)
VISITORS = (Seeded(99, "Tom", "Visitor", "en", None),)

ONE_COUNTY = Partnership((WAJIR,), TEAM[:2], VISITORS, ("en", "sw"))
"""One county with eight organisations: what an empty playground's people are, too."""
WHOLE = Partnership((WAJIR, TURKANA, GARISSA, NATIONAL), TEAM, VISITORS, ("en", "sw", "so"))
"""Three counties and the national secretariat."""
