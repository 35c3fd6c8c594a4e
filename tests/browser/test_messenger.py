"""The chat page as a messenger: what is sent, read and typed, by mouse, by keys and by ear.

No bot runs here: the tests speak for it, so that they decide when it reads and what it says.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, Route, expect

from bot.playground.server import PlaygroundServer
from bot.playground.state import ForceReply, Toast
from bot.playground.telegram import Draft, FakeTelegram
from bot.playground.text import Entity
from tests.browser.axe import findings
from tests.playground.files import png, wav
from tests.playground.test_page import Controls
from tests.playground.world import (
    AMINA,
    BARAKA,
    GROUP,
    STRANGER,
    SUPERGROUP,
    StandingClock,
    furnish,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, DESK = (360, 740), (1280, 800)
COMMANDS = [
    {"command": "help", "description": "what you can do"},
    {"command": "meeting", "description": "plan a meeting"},
    {"command": "when", "description": "the next meetings"},
]
BUTTONS = [
    [{"text": "Coming", "callback_data": "yes"}, {"text": "Cannot", "callback_data": "no"}],
    [{"text": "Details", "url": "https://example.org"}],
]
LONG = "\n".join(f"Line {number} of what stands in another language" for number in range(8))
ARABIC = "مرحبا بكم في الاجتماع"

Open: TypeAlias = Callable[..., AbstractAsyncContextManager[Page]]


@dataclass
class Bot:
    """The bot's hands."""

    telegram: FakeTelegram

    def says(self, chat: int, text: str, **more: Any) -> int:
        """Post a message of the bot; return its number."""
        reply_to = more.pop("reply_to", None)
        draft = Draft(text, **more)
        to = self.telegram.chat(chat)
        return self.telegram.bot_sends(to, draft, reply_to=reply_to, is_silent=False).id

    def asks(self, chat: int) -> int:
        """Post a question with buttons and an expandable quote; return its number."""
        text = f"Coming on Thursday?\n{LONG}"
        quote = Entity("expandable_blockquote", text.index("\n") + 1, len(LONG))
        return self.says(chat, text, entities=[quote], keyboard=BUTTONS)

    def prompts(self) -> int:
        """Ask Amina for a reply in private; return the number of the message."""
        return self.says(AMINA, "What should be better?", force_reply=ForceReply("Your words"))

    def warns(self, text: str) -> None:
        """Answer the newest tap with a dialog."""
        query = self.telegram.updates.take(0, 100, self.telegram.now())[-1]["callback_query"]
        tap = self.telegram.open_tap(query["id"])
        assert tap is not None
        self.telegram.bot_answers(tap, Toast(text, show_alert=True))

    def reads(self) -> None:
        """Acknowledge everything, as the next getUpdates does."""
        queue = self.telegram.updates
        last = queue.take(0, 100, self.telegram.now())[-1]
        queue.take(last["update_id"] + 1, 100, self.telegram.now())
        self.telegram.wake()


@pytest.fixture
def telegram() -> FakeTelegram:
    """The furnished world, with a menu of commands."""
    world = furnish(FakeTelegram(StandingClock().now))
    world.bot_sets_commands("default", "", COMMANDS)
    return world


@pytest.fixture
def bot(telegram: FakeTelegram) -> Bot:
    """The bot's hands."""
    return Bot(telegram)


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, telegram: FakeTelegram) -> AsyncIterator[Open]:
    """Open windows on the page, each with a person in a chat."""
    controls = Controls(StandingClock())
    async with PlaygroundServer(telegram, controls) as server:

        @asynccontextmanager
        async def opened(
            person: int,
            chat: int | None = GROUP,
            size: tuple[int, int] = PHONE,
            *,
            is_dark: bool = False,
        ) -> AsyncIterator[Page]:
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if is_dark else "light",
            )
            page = await context.new_page()
            problems: list[str] = []
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.set_default_timeout(10_000)
            await page.goto(f"{server.url}/#{person}" + (f"/{chat}" if chat else ""))
            await expect(page.locator("[data-chat]").first).to_be_attached()
            if chat:
                await expect(page.locator("[data-write], [data-start]").first).to_be_visible()
            yield page
            await context.close()
            assert problems == []

        yield opened


async def write(page: Page, text: str) -> None:
    await page.locator("[data-write]").fill(text)
    await page.locator("[data-send]").click()


# --- sent, read, typed ----------------------------------------------------------------------------


async def test_two_windows_are_two_people(open_page: Open) -> None:
    async with open_page(AMINA) as amina, open_page(BARAKA, None) as baraka:
        await amina.locator("[data-write]").press_sequentially("Good")
        await baraka.locator(f"[data-chat='{GROUP}']").click()
        await amina.locator("[data-write]").press_sequentially(" morning", delay=300)
        await expect(baraka.locator("[data-typing]")).to_have_text("⁨Amina Noor⁩ is typing …")
        await baraka.locator("[data-back]").click()
        await expect(baraka.locator("[data-messages]")).to_be_hidden()

        await amina.keyboard.press("Enter")
        await expect(amina.locator("[data-state='sent']")).to_have_text("✓")
        await expect(baraka).to_have_title("(1) Baraka – Baraza playground")
        await baraka.locator(f"[data-chat='{GROUP}']").click()

        await expect(baraka.locator("[data-message]")).to_contain_text("Good morning")
        await expect(baraka.locator("[data-typing]")).to_be_empty()
        await expect(baraka).to_have_title("Baraka – Wajir")
        await expect(amina.locator("[data-state='seen']")).to_have_text("✓✓")


async def test_a_message_is_on_its_way_sent_and_read_by_the_bot(open_page: Open, bot: Bot) -> None:
    gate = asyncio.Event()

    async def hold(route: Route) -> None:
        await gate.wait()
        await route.continue_()

    async with open_page(AMINA, AMINA) as page:
        await page.route("**/page/write", hold)
        await write(page, "hello")
        await expect(page.locator("[data-state='sending']")).to_be_visible()
        await expect(page.locator("[data-write]")).to_have_value("")

        gate.set()
        await expect(page.locator("[data-message] [data-state='sent']")).to_be_visible()
        await expect(page.locator("[data-typing]")).to_have_text("⁨Baraza⁩ is typing …")

        bot.reads()
        await expect(page.locator("[data-message] [data-state='seen']")).to_be_visible()
        await expect(page.locator("[data-typing]")).to_be_empty()


async def test_what_could_not_be_sent_stands_there_to_be_sent_again(
    open_page: Open, telegram: FakeTelegram
) -> None:
    async with open_page(AMINA) as page:
        await page.route("**/page/write", lambda route: route.abort())
        await write(page, "Water is short")
        await expect(page.locator("[data-state='failed']")).to_be_visible()
        assert telegram.messages(GROUP) == []

        await page.unroute("**/page/write")
        await page.locator("[data-again]").click()

        await expect(page.locator("[data-message]")).to_contain_text("Water is short")
        await expect(page.locator("[data-state='failed']")).to_have_count(0)
        assert [message.text for message in telegram.messages(GROUP)] == ["Water is short"]


async def test_what_a_closed_topic_did_not_take_is_sent_to_another(
    open_page: Open, telegram: FakeTelegram
) -> None:
    telegram.make_forum(SUPERGROUP)
    water = telegram.open_topic(SUPERGROUP, "Water")
    async with open_page(AMINA, SUPERGROUP) as page:
        topic = page.locator("[data-topic]")
        await topic.select_option("# Water")
        telegram.close_topic(SUPERGROUP, water)
        option = topic.locator("option").nth(1)
        await expect(option).to_have_text("⁨# Water⁩ (closed)")
        await expect(option).to_be_disabled()

        await write(page, "Trucks")
        reason = page.locator("[data-why='topic-closed']")
        await expect(reason).to_contain_text("Not sent. This topic is closed.")

        await topic.select_option("# General")
        await page.locator("[data-again]").click()
        await expect(page.locator("[data-state='sent']")).to_be_visible()
        assert telegram.messages(SUPERGROUP)[-1].text == "Trucks"


async def test_a_text_too_long_for_one_message_becomes_several(
    open_page: Open, telegram: FakeTelegram
) -> None:
    words = [f"word{number}" for number in range(1200)]
    async with open_page(AMINA) as page:
        await write(page, " ".join(words))
        await expect(page.locator("[data-state='sent']")).to_have_count(3)
        pieces = [message.text for message in telegram.messages(GROUP)]
        assert " ".join(pieces).split() == words

        await write(page, "x" + "😀" * 3000)
        await expect(page.locator("[data-state='sent']")).to_have_count(5)
        assert (
            "".join(message.text for message in telegram.messages(GROUP)[3:]) == "x" + "😀" * 3000
        )


async def test_long_words_under_a_file_go_on_in_a_message(
    open_page: Open, telegram: FakeTelegram
) -> None:
    async with open_page(AMINA) as page:
        await page.locator("[data-choose='document']").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": b"a,b"}
        )
        await expect(page.locator("[data-attached]")).to_be_visible()
        await write(page, "a" * 1500)
        await expect(page.locator("[data-state='sent']")).to_have_count(2)

        assert [len(message.text) for message in telegram.messages(GROUP)] == [1024, 476]


async def test_a_correction_that_is_too_long_stays_in_the_box(
    open_page: Open, telegram: FakeTelegram
) -> None:
    mine = telegram.write(AMINA, GROUP, "short")
    async with open_page(AMINA) as page:
        await page.locator(f"[data-message='{mine}'] .bubble").click()
        await page.locator("[data-edit]").click()
        await write(page, "a" * 4097)

        await expect(page.locator("[data-toast]")).to_contain_text("too long")
        await expect(page.locator("[data-write]")).to_have_value("a" * 4097)
        assert telegram.messages(GROUP)[0].text == "short"


async def test_a_chat_opens_at_the_first_unread_message(
    open_page: Open, telegram: FakeTelegram
) -> None:
    for number in range(30):
        telegram.write(BARAKA, GROUP, f"old {number}")
    telegram.read(AMINA, GROUP, telegram.messages(GROUP)[-1].id)
    for number in range(30):
        telegram.write(BARAKA, GROUP, f"new {number}")

    async with open_page(AMINA) as page:
        divider = page.locator("[data-unread-line]")
        await expect(divider).to_have_text("Unread messages")
        await expect(divider).to_be_in_viewport()
        await expect(page.get_by_text("new 0", exact=True)).to_be_in_viewport()
        await expect(page.get_by_text("new 29", exact=True)).not_to_be_in_viewport()

        await write(page, "Thanks")
        await expect(divider).to_have_count(0)
        await expect(page.get_by_text("Thanks", exact=True)).to_be_in_viewport()


async def test_whoever_reads_further_up_is_told_how_much_came(
    open_page: Open, telegram: FakeTelegram
) -> None:
    for number in range(40):
        telegram.write(BARAKA, GROUP, f"old {number}")
    async with open_page(AMINA) as page:
        await expect(page.get_by_text("old 39", exact=True)).to_be_in_viewport()
        await page.locator("[data-messages]").evaluate("list => { list.scrollTop = 0; }")
        telegram.write(BARAKA, GROUP, "new")
        newest = page.get_by_role("button", name="To the newest message")
        await expect(newest).to_contain_text("1")

        await newest.click()
        await expect(page.get_by_text("new", exact=True)).to_be_in_viewport()
        await expect(newest).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_reply_can_be_cancelled_while_one_reads_further_up(
    open_page: Open, telegram: FakeTelegram, size: tuple[int, int]
) -> None:
    for number in range(40):
        telegram.write(BARAKA, GROUP, f"line {number}")
    async with open_page(AMINA, size=size) as page:
        await expect(page.get_by_text("line 39", exact=True)).to_be_in_viewport()
        await page.locator("[data-messages]").evaluate("list => { list.scrollTop = 0; }")
        await page.get_by_text("line 1", exact=True).click()
        await page.locator("[data-reply]").click()
        await expect(page.get_by_role("button", name="To the newest message")).to_be_visible()
        await page.locator("[data-cancel]").click(timeout=3000)
        await expect(page.locator("[data-about]")).to_be_hidden()


async def test_in_a_forum_one_writes_in_a_topic(open_page: Open, telegram: FakeTelegram) -> None:
    telegram.make_forum(SUPERGROUP)
    water = telegram.open_topic(SUPERGROUP, "Water")
    async with open_page(AMINA, SUPERGROUP) as page:
        await page.locator("[data-topic]").select_option("# Water")
        await write(page, "Trucks")

        await expect(page.locator("[data-in-topic='Water']")).to_have_text("# Water")
        assert telegram.messages(SUPERGROUP)[-1].topic == water


async def test_who_opens_a_chat_can_write_at_once_and_comes_back_to_where_they_were(
    open_page: Open,
) -> None:
    async with open_page(AMINA, None, DESK) as page:
        await page.locator(f"[data-chat='{GROUP}']").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-write]")).to_be_focused()
    async with open_page(AMINA, None, PHONE) as page:
        await page.locator(f"[data-chat='{GROUP}']").focus()
        await page.keyboard.press("Enter")
        # Not the box: that would cover half the messages with the phone's keyboard.
        await expect(page.locator("[data-title]")).to_be_focused()
        await page.locator("[data-back]").click()
        await expect(page.locator(f"[data-chat='{GROUP}']")).to_be_focused()


async def test_a_group_that_becomes_another_while_it_is_asked_for_is_no_error(
    open_page: Open, telegram: FakeTelegram
) -> None:
    async def migrate(route: Route) -> None:
        if telegram.chat(GROUP).migrated_to is None:
            telegram.migrate(GROUP)
        await route.continue_()

    async with open_page(AMINA) as page:
        errors: list[str] = []
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        await page.route("**/page/chat?*", migrate)
        telegram.write(BARAKA, GROUP, "hello")

        await expect(page.locator(f"[data-chat='{GROUP}']")).to_have_count(0)
        await expect(page.locator("[data-chat]").first).to_be_visible()
        assert errors == []


async def test_what_was_said_last_stays_in_sight_when_the_box_grows(
    open_page: Open, telegram: FakeTelegram
) -> None:
    for number in range(30):
        telegram.write(BARAKA, GROUP, f"line {number}")
    async with open_page(AMINA) as page:
        last = page.get_by_text("line 29", exact=True)
        await expect(last).to_be_in_viewport(ratio=1)
        await page.locator("[data-write]").fill("one\ntwo\nthree\nfour\nfive\nsix")
        at_end = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
            const list = document.getElementById("messages");
            done(list.scrollHeight - list.scrollTop - list.clientHeight);
        })))"""
        assert await page.evaluate(at_end) < 2


# --- pictures, voice notes, files -----------------------------------------------------------------


async def test_a_picture_with_words_a_voice_note_and_a_file_reach_the_other(
    open_page: Open, telegram: FakeTelegram
) -> None:
    files: dict[str, FilePayload] = {
        "photo": {"name": "p.png", "mimeType": "image/png", "buffer": png(1600, 800)},
        "voice": {"name": "v.wav", "mimeType": "audio/wav", "buffer": wav(2)},
        "document": {"name": "list.csv", "mimeType": "text/csv", "buffer": b"a,b"},
    }
    async with open_page(AMINA) as amina, open_page(BARAKA) as baraka:
        for kind, file in files.items():
            await amina.locator(f"[data-choose='{kind}']").set_input_files(file)
            await expect(amina.locator("[data-attached]")).to_be_visible()
            if kind == "photo":
                await amina.locator("[data-write]").fill("Griftu")
            await amina.locator("[data-send]").click()
            await expect(amina.locator("[data-attached]")).to_be_hidden()
            await expect(baraka.locator("[data-message]")).to_have_count(
                list(files).index(kind) + 1
            )

        photo, voice, document = telegram.messages(GROUP)
        # Made smaller, as Telegram's own programs do.
        assert (photo.photo[0]["width"], photo.photo[0]["height"]) == (1280, 640)
        assert voice.voice is not None
        assert voice.voice["duration"] == 2
        assert document.document is not None

        picture = baraka.locator("[data-picture]")
        loaded = "image => image.decode().then(() => image.naturalWidth)"
        assert await picture.locator("img").evaluate(loaded) == 1280
        await expect(baraka.locator("[data-message]").first).to_contain_text("Griftu")
        await picture.click()
        await expect(baraka.get_by_role("dialog")).to_be_visible()
        await baraka.keyboard.press("Escape")
        play = baraka.get_by_role("button", name="Play: voice note, 0:02")
        await play.click()
        await expect(baraka.get_by_role("button", name="Pause: voice note, 0:02")).to_be_visible()
        await expect(baraka.locator("[data-file='list.csv']")).to_contain_text("0 KB")


@pytest.mark.parametrize("kind", ["photo", "voice", "document"])
async def test_an_empty_file_is_refused_when_it_is_chosen(open_page: Open, kind: str) -> None:
    async with open_page(AMINA) as page:
        empty: FilePayload = {"name": "a", "mimeType": "text/plain", "buffer": b""}
        await page.locator(f"[data-choose='{kind}']").set_input_files(empty)

        await expect(page.locator("[data-toast]")).to_have_text(
            "This file is empty. Choose another one."
        )
        await expect(page.locator("[data-attached]")).to_be_hidden()


async def test_a_file_that_is_too_big_is_refused_when_it_is_chosen(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.playground.attachments.FILE_BYTES", 3)
    async with open_page(AMINA) as page:
        large: FilePayload = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"four"}
        await page.locator("[data-choose='document']").set_input_files(large)

        await expect(page.locator("[data-toast]")).to_contain_text("too big")
        await expect(page.locator("[data-attached]")).to_be_hidden()


async def test_a_double_tap_on_send_records_nothing(open_page: Open) -> None:
    async with open_page(AMINA) as page:
        await page.clock.install()
        asked: list[None] = []
        await page.expose_function("microphoneIsAskedFor", lambda: asked.append(None))
        await page.evaluate(
            """() => {
                navigator.mediaDevices.getUserMedia = async () => {
                    await microphoneIsAskedFor();
                    throw new Error("none here");
                };
            }"""
        )
        await page.locator("[data-write]").fill("hello")
        box = await page.locator("[data-send]").bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await page.mouse.dblclick(*middle)
        await expect(page.locator("[data-state='sent']")).to_be_visible()
        assert asked == []

        # A moment later it is the microphone that is meant.
        await page.clock.fast_forward(1000)
        await page.mouse.click(*middle)
        await expect(page.locator("[data-toast]")).to_contain_text("no microphone")
        assert asked == [None]


async def test_a_draft_outlives_a_reload_and_belongs_to_its_chat(
    open_page: Open, telegram: FakeTelegram
) -> None:
    mine = telegram.write(AMINA, GROUP, "mine")
    async with open_page(AMINA) as page:
        box = page.locator("[data-write]")
        await box.fill("half a word")
        await page.reload()
        await expect(box).to_have_value("half a word")

        await page.locator("[data-back]").click()
        await page.locator(f"[data-chat='{SUPERGROUP}']").click()
        await expect(box).to_have_value("")
        await page.locator("[data-back]").click()
        await page.locator(f"[data-chat='{GROUP}']").click()
        await expect(box).to_have_value("half a word")

        # To correct something in between costs nothing.
        await page.locator(f"[data-message='{mine}'] .bubble").click()
        await page.locator("[data-edit]").click()
        await write(page, "corrected")
        await expect(page.locator("[data-edited]")).to_be_visible()
        await expect(box).to_have_value("half a word")

        await page.locator("[data-send]").click()
        await expect(page.locator("[data-state='sent']")).to_have_count(2)
        await page.reload()
        await expect(page.locator("[data-message]")).to_have_count(2)
        await expect(box).to_have_value("")


async def test_a_recording_waits_in_the_chat_that_was_left(
    open_page: Open, telegram: FakeTelegram
) -> None:
    async with open_page(AMINA) as page:
        await page.evaluate(
            """() => {
                const tone = new AudioContext().createMediaStreamDestination();
                navigator.mediaDevices.getUserMedia = async () => tone.stream;
            }"""
        )
        await page.locator("[data-record]").click()
        await expect(page.locator("[data-attached]")).to_contain_text("Recording")
        await page.locator("[data-back]").click()
        await page.locator(f"[data-chat='{SUPERGROUP}']").click()
        await expect(page.locator("[data-title]")).to_have_text("Garissa")
        await expect(page.locator("[data-attached]")).to_be_hidden()

        await page.locator("[data-back]").click()
        await page.locator(f"[data-chat='{GROUP}']").click()
        await expect(page.locator("[data-attached]")).to_contain_text("Voice note")
        await expect(page.locator("[data-attached]")).not_to_contain_text("Recording")
        await page.locator("[data-send]").click()
        await expect(page.locator("[data-state='sent']")).to_be_visible()
        assert telegram.messages(GROUP)[0].voice is not None


async def test_back_closes_a_large_picture_and_leaves_the_chat_open(
    open_page: Open, telegram: FakeTelegram
) -> None:
    telegram.send_photo(BARAKA, GROUP, png())
    async with open_page(AMINA, None) as page:
        await page.locator(f"[data-chat='{GROUP}']").click()
        picture = page.get_by_role("dialog", name="Picture")
        await page.locator("[data-picture]").click()
        await expect(picture).to_be_visible()
        await page.go_back()
        await expect(picture).to_be_hidden()
        await expect(page.locator("[data-write]")).to_be_visible()

        # Closed by its button it leaves nothing behind: one step back is the list.
        await page.locator("[data-picture]").click()
        await picture.get_by_role("button", name="Close").click()
        await expect(picture).to_be_hidden()
        await page.evaluate(
            """() => history.state === null || new Promise((done) => {
                addEventListener("popstate", () => done(), { once: true });
            })"""
        )
        await page.go_back()
        await expect(page.locator(f"[data-chat='{GROUP}']")).to_be_visible()


async def test_without_a_microphone_a_voice_note_is_not_lost_without_a_word(
    open_page: Open,
) -> None:
    async with open_page(AMINA) as page:
        await page.locator("[data-record]").click()

        await expect(page.locator("[data-toast]")).to_contain_text("attach a sound file")
        await page.locator("[data-attach]").click()
        async with page.expect_file_chooser() as chooser:
            await page.locator("[data-attach-kind='voice'], [role=menuitem]").nth(1).click()
        assert await (await chooser.value).element.get_attribute("data-choose") == "voice"


# --- by keyboard and by ear -----------------------------------------------------------------------


async def test_the_menu_of_commands_works_by_keyboard(
    open_page: Open, telegram: FakeTelegram
) -> None:
    async with open_page(AMINA) as page:
        opener = page.get_by_role("button", name="Commands")
        await opener.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("menuitem", name="/help")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(opener).to_be_focused()
        await expect(page.locator("[data-menu]")).to_be_hidden()

        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-message]")).to_contain_text("/when")

        await page.locator("[data-write]").press_sequentially("/me")
        await expect(page.get_by_role("menuitem")).to_have_count(1)
        await page.keyboard.press("ArrowUp")
        await expect(page.get_by_role("menuitem", name="/meeting")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-write]")).to_have_value("/meeting ")
        await expect(page.locator("[data-write]")).to_be_focused()
        assert [message.text for message in telegram.messages(GROUP)] == ["/when"]


async def test_messages_are_walked_through_and_answered_by_keyboard(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    first = telegram.write(BARAKA, GROUP, "first")
    bot.asks(GROUP)
    telegram.write(BARAKA, GROUP, "third")
    async with open_page(AMINA, size=DESK) as page:
        bubble = page.locator("[data-messages] [role=article]")
        await page.locator("[data-write]").focus()
        await page.keyboard.press("ArrowUp")
        await expect(bubble.nth(2)).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await expect(bubble.nth(1)).to_be_focused()
        # What belongs to the message comes next, and nothing of the others.
        await page.keyboard.press("Tab")
        await expect(page.locator("[data-unfold]")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.locator("[data-data='yes']")).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await expect(bubble.first).to_be_focused()

        await page.keyboard.press("r")
        await expect(page.locator("[data-write]")).to_be_focused()
        await expect(page.locator("[data-about]")).to_contain_text("first")
        await page.keyboard.press("Escape")
        await expect(page.locator("[data-about]")).to_be_hidden()
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Home")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-reply]")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.type("answer")
        await page.keyboard.press("Enter")

        await expect(page.locator("[data-quote]")).to_contain_text("first")
        assert telegram.messages(GROUP)[-1].reply_to == first


async def test_the_focus_stays_where_it_was_when_a_message_changes(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    question = bot.asks(GROUP)
    async with open_page(AMINA) as page:
        button = page.locator("[data-data='no']")
        await button.focus()
        message = telegram.message(GROUP, question)
        assert message is not None
        telegram.bot_edits(message, Draft("Coming on Friday?", keyboard=BUTTONS))
        await expect(page.locator("[data-message]")).to_contain_text("Friday")
        await expect(button).to_be_focused()

        telegram.bot_edits(message, Draft("Over."))
        await expect(page.locator("[data-message]")).to_contain_text("Over.")
        await expect(page.locator("[role=article]")).to_be_focused()


async def test_what_is_new_is_told_aloud_once_and_what_was_there_is_not(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    telegram.write(BARAKA, GROUP, "before")
    async with open_page(AMINA) as page:
        log = page.get_by_role("log")
        await expect(page.locator("[data-message]")).to_have_count(1)
        await expect(log).to_be_empty()
        telegram.write(BARAKA, GROUP, "after")
        await expect(log.locator("p")).to_have_text(["Baraka: after"])

        bot.says(GROUP, "Noted.")
        await write(page, "my own")
        await expect(page.locator("[data-message]")).to_have_count(4)
        await expect(log.locator("p")).to_have_text(["Baraka: after", "Baraza: Noted."])


async def test_a_message_has_a_name_that_says_all_of_it(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    telegram.write(AMINA, GROUP, "mine")
    bot.asks(GROUP)
    telegram.send_photo(BARAKA, GROUP, png(), caption="Griftu")
    async with open_page(AMINA) as page:
        names = page.locator("[data-messages] [role=article]")
        await expect(names.nth(0)).to_have_accessible_name("You, 10:00. mine. Sent")
        await expect(names.nth(2)).to_have_accessible_name("Baraka, 10:00. Griftu")
        group = page.get_by_role("group", name="Buttons: ⁨Coming on Thursday?⁩")
        await expect(group.get_by_role("button")).to_have_text(["Coming", "Cannot"])


# --- what the bot asks for, takes away and protects -----------------------------------------------


async def test_a_reply_that_the_bot_asks_for_opens_by_itself(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    telegram.write(AMINA, AMINA, "/start")
    async with open_page(AMINA, AMINA) as page:
        box, strip = page.locator("[data-write]"), page.locator("[data-about]")
        await expect(box).to_have_attribute("placeholder", "Message")
        asked = bot.prompts()
        await expect(strip).to_contain_text("What should be better?")
        await expect(box).to_be_focused()
        await expect(box).to_have_attribute("placeholder", "Your words")

        await page.keyboard.type("Water is short")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-state='sent']")).to_have_count(2)
        answer = telegram.messages(AMINA)[-1]
        assert (answer.text, answer.reply_to) == ("Water is short", asked)
        await expect(box).to_have_attribute("placeholder", "Message")

        # Also when the answer is taken away at once, nobody is asked a second time.
        telegram.bot_deletes(answer)
        await expect(page.locator("[data-message]")).to_have_count(2)
        await expect(strip).to_be_hidden()


async def test_a_reply_that_was_cancelled_is_offered_again_after_a_reload(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    telegram.write(AMINA, AMINA, "/start")
    bot.prompts()
    async with open_page(AMINA, AMINA) as page:
        strip = page.locator("[data-about]")
        await expect(strip).to_be_visible()
        await page.locator("[data-cancel]").click()
        await expect(strip).to_be_hidden()
        telegram.write(AMINA, AMINA, "/help")
        await expect(page.locator("[data-message]")).to_have_count(3)
        await expect(strip).to_be_hidden()

        await page.reload()
        await expect(strip).to_contain_text("What should be better?")

        bot.says(AMINA, "Something else")
        await expect(page.locator("[data-message]")).to_have_count(4)
        await expect(strip).to_be_visible()
        await page.reload()
        await expect(page.locator("[data-message]")).to_have_count(4)
        await expect(strip).to_be_hidden()


async def test_a_reply_that_opens_by_itself_leaves_a_correction_alone(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    mine = telegram.write(AMINA, AMINA, "/start")
    async with open_page(AMINA, AMINA) as page:
        await page.locator(f"[data-message='{mine}'] .bubble").click(position={"x": 5, "y": 5})
        await page.locator("[data-edit]").click()
        bot.prompts()
        await expect(page.locator("[data-message]")).to_have_count(2)
        await expect(page.locator("[data-about]")).to_contain_text("Edit message")
        await expect(page.locator("[data-write]")).to_have_value("/start")


async def test_what_is_deleted_is_gone_from_every_window_with_the_reply_to_it(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    telegram.write(AMINA, GROUP, "/when")
    question = bot.asks(GROUP)
    async with open_page(AMINA) as amina, open_page(BARAKA) as baraka:
        await amina.locator(f"[data-message='{question}'] .bubble").click(position={"x": 5, "y": 5})
        await amina.locator("[data-reply]").click()
        await expect(amina.locator("[data-about]")).to_be_visible()
        await expect(baraka.locator("[data-message]")).to_have_count(2)

        message = telegram.message(GROUP, question)
        assert message is not None
        telegram.bot_deletes(message)

        for page in (amina, baraka):
            await expect(page.locator("[data-message]")).to_have_count(1)
        await expect(amina.locator("[data-about]")).to_be_hidden()


async def test_what_is_protected_is_neither_selected_nor_passed_on(
    open_page: Open, bot: Bot
) -> None:
    secret = bot.says(GROUP, "Raw words", is_protected=True)
    plain = bot.says(GROUP, "Thursday")
    async with open_page(AMINA) as page:
        shown = page.locator(f"[data-message='{secret}']")
        bubble = shown.get_by_role("article")
        await expect(bubble).to_have_accessible_name(
            "Baraza, 10:00. Raw words. Cannot be copied or forwarded"
        )
        await page.evaluate("document.getSelection().selectAllChildren(document.body)")
        selected = await page.evaluate("String(document.getSelection())")
        assert ("Thursday" in selected, "Raw words" in selected) == (True, False)

        await page.evaluate("document.getSelection().removeAllRanges()")
        await bubble.click(position={"x": 5, "y": 5})
        await expect(shown.locator("[data-reply]")).to_be_visible()
        await expect(shown.locator("[data-forward]")).to_have_count(0)
        await page.locator(f"[data-message='{plain}'] .bubble").click(position={"x": 5, "y": 5})
        await expect(page.locator("[data-forward]")).to_be_visible()


async def test_a_message_is_passed_on_to_a_chat_of_the_menu(
    open_page: Open, telegram: FakeTelegram, bot: Bot
) -> None:
    plan = bot.says(GROUP, "Thursday 10:00")
    async with open_page(AMINA) as page:
        await page.locator(f"[data-message='{plan}'] .bubble").click(position={"x": 5, "y": 5})
        await page.locator("[data-forward]").click()
        await expect(page.locator("[data-menu]")).to_contain_text("Forward to")
        await expect(page.locator(f"[data-forward-to='{AMINA}']")).to_be_focused()
        await page.keyboard.press("Enter")

        await expect(page.locator("[data-title]")).to_have_text("Baraza")
        await expect(page.locator("[data-forwarded]")).to_have_text("Forwarded from ⁨Baraza⁩")
        [copy] = telegram.messages(AMINA)
        assert (copy.text, copy.author_id, copy.origin is None) == ("Thursday 10:00", AMINA, False)
        # What another wrote is not edited, also when one passed it on oneself.
        await page.locator(f"[data-message='{copy.id}'] .bubble").click(position={"x": 5, "y": 5})
        await expect(page.locator("[data-reply]")).to_be_visible()
        await expect(page.locator("[data-edit]")).to_have_count(0)


# --- from right to left ---------------------------------------------------------------------------


async def test_an_arabic_message_between_latin_ones_keeps_to_the_right(
    open_page: Open, telegram: FakeTelegram
) -> None:
    latin = telegram.write(BARAKA, GROUP, "Welcome to the meeting of Thursday at County Hall")
    arabic = telegram.write(BARAKA, GROUP, f"{ARABIC}\nBaraza 10:00", reply_to=latin)
    telegram.write(BARAKA, GROUP, "Until then")
    async with open_page(AMINA) as page:
        sides = await page.locator("[data-messages] .text").evaluate_all(
            "nodes => nodes.map((node) => getComputedStyle(node).direction)"
        )
        assert sides == ["ltr", "rtl", "ltr"]
        bubble = page.locator(f"[data-message='{arabic}'] .bubble")
        measured = await bubble.evaluate(
            """(bubble) => {
                const range = document.createRange();
                range.selectNodeContents(bubble.querySelector(".text"));
                const edge = bubble.getBoundingClientRect().right;
                const right = (node) => edge - node.getBoundingClientRect().right;
                const quote = getComputedStyle(bubble.querySelector(".quote"));
                return {
                    text: right(range),
                    time: right(bubble.querySelector("time")),
                    bar: [quote.borderRightWidth, quote.borderLeftWidth],
                };
            }"""
        )
        assert measured["text"] < 16
        assert measured["time"] < 16
        assert measured["bar"] == ["3px", "0px"]


async def test_of_a_long_arabic_message_one_answers_the_beginning_is_seen(
    open_page: Open, telegram: FakeTelegram
) -> None:
    long = telegram.write(BARAKA, GROUP, f"{ARABIC} " * 8)
    async with open_page(AMINA) as page:
        await page.locator(f"[data-message='{long}'] .bubble").click(position={"x": 20, "y": 30})
        await page.locator("[data-reply]").click()
        is_seen = await page.locator("[data-about] .quoted").evaluate(
            """(strip) => {
                const words = strip.querySelector("span").firstChild;
                const first = document.createRange();
                const at = words.data.search(/\\S/);
                first.setStart(words, at);
                first.setEnd(words, at + 1);
                const [inside, letter] = [strip, first].map((one) => one.getBoundingClientRect());
                return inside.left <= letter.left && letter.right <= inside.right;
            }"""
        )
        assert is_seen


# --- for everybody --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_axe_finds_nothing_wrong(
    open_page: Open, telegram: FakeTelegram, bot: Bot, size: tuple[int, int], *, is_dark: bool
) -> None:
    telegram.write(AMINA, AMINA, "/start")
    first = telegram.write(BARAKA, GROUP, "Good morning")
    telegram.read(AMINA, GROUP, first)
    telegram.write(AMINA, GROUP, "/when")
    bot.says(GROUP, "Thursday 10:00, /help, https://example.org", reply_to=first)
    telegram.send_photo(BARAKA, GROUP, png(), caption=ARABIC)
    telegram.send_voice(BARAKA, GROUP, wav(), seconds=2)
    telegram.send_document(BARAKA, GROUP, b"a", name="list.csv")
    telegram.join(STRANGER, GROUP)
    telegram.forward(AMINA, GROUP, first, to=GROUP)
    bot.says(GROUP, "Raw words", is_protected=True)
    bot.asks(GROUP)
    found: dict[str, list[str]] = {}
    async with open_page(AMINA, None, size, is_dark=is_dark) as page:
        found["chats"] = await findings(page)
        await page.locator(f"[data-chat='{GROUP}']").click()
        await expect(page.locator("[data-data='yes']")).to_be_visible()
        found["conversation"] = await findings(page)
        await page.locator("[data-unfold]").click()
        await page.locator("[data-message] .bubble").first.click()
        found["actions"] = await findings(page)
        await page.locator("[data-forward]").click()
        found["whom to"] = await findings(page)
        await page.keyboard.press("Escape")
        await page.locator("[data-commands]").click()
        found["menu"] = await findings(page)
        await page.keyboard.press("Escape")
        await page.locator("[data-choose='document']").set_input_files(
            {"name": "x.csv", "mimeType": "text/csv", "buffer": b"a"}
        )
        await page.route("**/page/attach*", lambda route: route.abort())
        await page.locator("[data-send]").click()
        await expect(page.locator("[data-again]")).to_be_visible()
        found["not sent"] = await findings(page)
        revision = telegram.revision
        await page.locator("[data-data='yes']").click()
        await telegram.changed(revision, 5)
        bot.warns("You can only answer for yourself.")
        await expect(page.locator("[data-alert]")).to_be_visible()
        found["alert"] = await findings(page)

    assert {place: lines for place, lines in found.items() if lines} == {}
