"""What a button carries: a verb and a few short values, in the 64 bytes that Telegram allows."""

from dataclasses import dataclass
from enum import StrEnum

LIMIT = 64
"""Bytes of `callback_data` (Bot API, InlineKeyboardButton)."""


class Verb(StrEnum):
    """Everything that a button can ask for; each stands in the table of the handlers."""

    ANSWER = "answer"
    CONFIRM = "confirm"
    DISCARD = "discard"
    CHANGE = "change"
    CANCEL = "cancel"
    CANCEL_SURE = "cancel-sure"
    CLOSE = "close"
    LANGUAGE = "language"
    HELP = "help"
    JOIN = "join"
    ADMIT = "admit"
    ADMIT_OFFICE = "admit-office"
    REJECT = "reject"
    FOR = "for"
    SAID_FOR = "said-for"
    PEOPLE = "people"
    PERSON = "person"
    DEED = "deed"
    RESEAT = "reseat"
    ACCEPT = "accept"
    DECLINE = "decline"
    NOT_MEANT = "not-meant"
    GROUP = "group"
    FLOW = "flow"
    SET_UP = "set-up"
    SETTING = "setting"
    COALITION = "coalition"
    TEAM = "team"
    FOUND = "found"
    TAKE_UP = "take-up"
    CHOOSE_GROUP = "choose-group"
    CHOOSE_MEETING = "choose-meeting"
    NOTE = "note"
    FORGET = "forget"
    FOLLOWING = "following"
    END = "end"
    END_SURE = "end-sure"
    FILE = "file"
    COPY = "copy"
    PAPER = "paper"
    AGENDA = "agenda"
    EDIT = "edit"
    DUTY = "duty"
    APPOINT = "appoint"
    WITHDRAW = "withdraw"
    BRING = "bring"
    USUAL = "usual"
    MUTE = "mute"
    OPEN = "open"
    NEXT = "next"
    CHECK_IN = "check-in"
    FINISH = "finish"
    ASK_CLOSE = "ask-close"
    BOARD = "board"
    BOARD_SIDE = "board-side"
    OPEN_NOW = "open-now"
    REOPEN = "reopen"
    LEAVE = "leave"
    SERVE = "serve"
    ROOM = "room"
    ROOM_PAGE = "room-page"
    ROOM_SURE = "room-sure"
    SEAT = "seat"
    GUEST = "guest"
    GUEST_AT = "guest-at"
    APPROVE = "approve"
    LEAF = "leaf"
    SHARES = "shares"
    SHARES_PICTURE = "shares-picture"
    LONGER = "longer"
    FATE = "fate"
    PAPER_LIST = "paper-list"
    IS_LIST = "is-list"
    ACTIONS = "actions"
    FINISHED = "finished"
    CARRY = "carry"
    UNDO = "undo"
    OWNER = "owner"
    BALLOT = "ballot"
    COUNT = "count"
    DECIDE = "decide"
    REVIEW = "review"
    VOICES = "voices"
    VOICE_OF = "voice-of"
    SAY_FOR = "say-for"
    RAISE = "raise"
    DRAFT = "draft"
    WRONG = "wrong"
    OBJECT = "object"
    TALK = "talk"
    SETTLE = "settle"
    CAN_HELP = "can-help"
    CANNOT_HELP = "cannot-help"
    HELPED = "helped"
    NO_HELP = "no-help"
    NEEDED = "needed"
    PLAN = "plan"
    POINT = "point"
    POINT_STATE = "point-state"
    POINT_EDIT = "point-edit"
    POINT_OWNER = "point-owner"
    POINT_UNDO = "point-undo"
    POINT_HISTORY = "point-history"
    POINT_SHOWN = "point-shown"
    WALK = "walk"
    WALK_STATE = "walk-state"
    PROGRESS = "progress"
    ABOUT = "about"
    SNOOZE = "snooze"
    MEANT = "meant"
    ADD_PART = "add-part"
    CALL = "call"
    SUMMARY_GROUPS = "sum-groups"
    SUMMARY_GROUP = "sum-group"
    SUMMARY_ALL = "sum-all"
    SUMMARY_WEEK = "sum-week"
    SUMMARY_WEEKS = "sum-weeks"
    SUMMARY_TIME = "sum-time"
    REPORTS = "reports"
    REPORT_GROUPS = "report-groups"
    REPORT_FILE = "report-file"
    WORKBOOK = "workbook"
    CONFIDE = "confide"
    CONFIDE_ALL = "confide-all"
    RECEIPT = "receipt"
    RECEIPT_HIDE = "receipt-hide"
    INBOX = "inbox"
    INBOX_ITEM = "inbox-item"
    INBOX_OUTCOME = "inbox-outcome"


@dataclass(frozen=True)
class Tap:
    """A verb with its values, as a button carries it."""

    verb: Verb
    values: tuple[str, ...] = ()

    def encode(self) -> str:
        """Return the `callback_data`.

        Raises:
            ValueError: it would be longer than Telegram allows, or could not be read back.
        """
        data = ":".join((self.verb, *self.values))
        if len(data.encode()) > LIMIT or any(":" in value for value in self.values):
            message = f"not fit for a button: {data!r}"
            raise ValueError(message)
        return data


def tap(verb: Verb, *values: object) -> Tap:
    """Return the tap of `verb` on `values` (ids, or members of a closed choice)."""
    return Tap(verb, tuple(str(value) for value in values))


def decode(data: str) -> Tap | None:
    """Read back what a button carried; None if no button of ours ever carried it."""
    verb, *values = data.split(":")
    if verb not in set(Verb):
        return None
    return Tap(Verb(verb), tuple(values))
