"""Many groups with their members and a meeting each, in the small Telegram and the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, update
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.rig import Rig, on_database
from bot.domain.dates import wall_time
from bot.domain.reminders import ReminderKind
from bot.domain.roles import Role
from bot.models import Coalition, Group, Meeting, Member, Membership, Occasion, Organisation, Seat
from bot.services import occasions
from bot.services.meeting_posts import MEETING

ZONE = "Africa/Nairobi"
LANGUAGES = ("en", "sw")
SEATS = 8
"""Organisations in each group; every post about a meeting names them."""
_FIRST_CHAT, _FIRST_PERSON = -10_001, 100_001
_LATE = timedelta(hours=6)


@dataclass(frozen=True)
class Crowd:
    """So many groups with so many members each; ids follow from the numbers."""

    groups: int
    members: int

    @property
    def chats(self) -> range:
        """The ids of the groups' chats."""
        return range(_FIRST_CHAT, _FIRST_CHAT - self.groups, -1)

    @property
    def people(self) -> range:
        """The ids of all people, one group after the other."""
        return range(_FIRST_PERSON, _FIRST_PERSON + self.groups * self.members)

    def members_of(self, number: int) -> range:
        """Return the ids of the members of the group with this number, from 0."""
        first = _FIRST_PERSON + number * self.members
        return range(first, first + self.members)

    async def settle_in(self, rig: Rig, *, reminded_at: datetime) -> None:
        """Let the crowd exist; each group meets a day after `reminded_at`, and is told so then."""
        for number, chat in enumerate(self.chats):
            people = self.members_of(number)
            for person in people:
                language = LANGUAGES[person % len(LANGUAGES)]
                rig.telegram.add_user(person, f"Person {person}", language_code=language)
            rig.telegram.add_group(chat, f"Group {number}", members=people)
        await on_database(rig.database_url, lambda session: self._store(session, reminded_at))

    async def remind(self, rig: Rig, *, at: datetime) -> None:
        """Let every reminder fall due at this instant instead."""

        async def work(session: AsyncSession) -> None:
            await session.execute(update(Occasion).values(due_at=at))

        await on_database(rig.database_url, work)

    async def _store(self, session: AsyncSession, reminded_at: datetime) -> None:
        coalition = Coalition(name="Coalition")
        session.add(coalition)
        await session.flush()
        coalition_id = _given(coalition.id)
        organisations = [
            Organisation(coalition_id=coalition_id, name=f"Organisation {number}")
            for number in range(SEATS)
        ]
        groups = [
            Group(
                coalition_id=coalition_id,
                name=f"Group {number}",
                zone=ZONE,
                languages=list(LANGUAGES),
                chat_id=chat,
            )
            for number, chat in enumerate(self.chats)
        ]
        members = [Member(telegram_id=person, name=f"Person {person}") for person in self.people]
        session.add_all([*organisations, *groups, *members])
        await session.flush()
        seats = [_given(organisation.id) for organisation in organisations]
        await _fill_seats(session, groups, seats)
        await self._seat_members(session, groups, members, seats)
        await _plan(session, groups, reminded_at)

    async def _seat_members(
        self,
        session: AsyncSession,
        groups: list[Group],
        members: list[Member],
        seats: list[int],
    ) -> None:
        rows = [
            {
                "group_id": _given(groups[number // self.members].id),
                "member_id": _given(member.id),
                "organisation_id": seats[number % self.members % SEATS],
                "role": Role.LEAD if number % self.members == 0 else Role.MEMBER,
                "is_alternate": number % self.members >= SEATS,
                "is_confirmed": True,
            }
            for number, member in enumerate(members)
        ]
        if rows:
            await session.execute(insert(Membership), rows)


async def _fill_seats(session: AsyncSession, groups: list[Group], seats: list[int]) -> None:
    rows = [
        {"group_id": _given(group.id), "organisation_id": organisation_id}
        for group in groups
        for organisation_id in seats
    ]
    await session.execute(insert(Seat), rows)


async def _plan(session: AsyncSession, groups: list[Group], reminded_at: datetime) -> None:
    starts, ends = reminded_at + timedelta(days=1), reminded_at + timedelta(days=1, hours=2)
    meetings = [
        Meeting(
            group_id=_given(group.id),
            wall_start=wall_time(starts, ZONE),
            wall_end=wall_time(ends, ZONE),
            zone=ZONE,
            starts_at=starts,
            ends_at=ends,
            place="County Hall",
        )
        for group in groups
    ]
    session.add_all(meetings)
    await session.flush()
    for meeting in meetings:
        await occasions.write(
            session,
            kind=ReminderKind.DAY,
            subject=MEETING,
            subject_id=_given(meeting.id),
            subject_version=meeting.version,
            zone=ZONE,
            due_at=reminded_at,
            expires_at=reminded_at + _LATE,
        )


def _given(row_id: int | None) -> int:
    assert row_id is not None, "the row is stored"
    return row_id
