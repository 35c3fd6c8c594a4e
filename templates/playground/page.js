// The chat page. It shows what the server tells and keeps nothing that a reload would lose:
// who one is and which chat is open stand in the address (#person/chat).

import { ask, seen, stale, tell, words } from "./base.js";
import { pressedInChats, showChats, showPeople } from "./chats.js";
import { showClock, travel } from "./clock.js";
import { pressedElsewhere, pressedInMenu } from "./menu.js";
import { pictureClosed, pictureHere } from "./picture.js";
import { openFirst, pressStart } from "./start.js";
import { focused, forgetMessages, markRead, pressedInTalk, resized, scrolled, showChat, showTyping, toEnd, toOpening } from "./talk.js";
import { attempt, endToast } from "./toast.js";
import { go, isPhone, readPlace, view } from "./view.js";
import { choose, detach, openAttach, openCommands, prepare, pressedInBox, putAside, settleAbout, startRecording, submit, takeUp, typed } from "./writing.js";

let asked = 0;

// --- going somewhere --------------------------------------------------------------------------------

function arrive() {
  const next = readPlace();
  if (next.person === view.place.person && next.chat === view.place.chat) return;
  const before = view.place.chat;
  putAside();
  endToast();
  Object.assign(view.place, next);
  Object.assign(view, { chat: null, chosen: null, divider: null });
  forgetMessages();
  takeUp();
  refresh().then(() => placeFocus(before));
}

// Who went by a button that is gone now finds the keyboard where it is needed next.
function placeFocus(before) {
  const active = document.activeElement;
  const isElsewhere = active !== document.body && !active.closest(".chats, .conversation");
  if (isElsewhere) return;
  if (view.chat === null) seen("chats").querySelector(`[data-chat="${before}"]`)?.focus();
  else if (isPhone() && !view.about) seen("title").focus();
  else seen("write").focus();
}

function switchPerson() {
  const person = Number(seen("person").value);
  // Stay in a group that both are in: one sees the same talk with other eyes.
  go(person, view.place.chat !== null && view.place.chat < 0 ? view.place.chat : null);
}

function switchLanguage() {
  location.assign(`/?language=${encodeURIComponent(seen("language").value)}${location.hash}`);
}

// --- staying up to date --------------------------------------------------------------------------------

async function fetched({ person, chat }) {
  const state = await ask(person === null ? "/page/state" : `/page/state?person=${person}`);
  const isOpen = state.chats.some((one) => one.id === chat);
  if (!isOpen) return { state, chat: null };
  const found = await ask(`/page/chat?person=${person}&chat=${chat}&language=${words.language}`);
  // Null: in between the group became another one, or the person went; the state is out of date.
  return found ? { state, chat: found } : fetched({ person, chat });
}

async function refresh() {
  const turn = (asked += 1);
  const { place } = view;
  const wanted = { ...place };
  let news;
  try {
    news = await fetched(wanted);
  } catch {
    return; // the stream of events will say when the server is back
  }
  if (turn !== asked || wanted.person !== place.person || wanted.chat !== place.chat) return;
  view.state = news.state;
  if (place.person === null) return go(view.state.person, null);
  if (place.chat !== null && news.chat === null) return go(place.person, null);
  const isOpening = view.chat === null;
  view.chat = news.chat;
  if (isOpening) view.divider = firstUnread();
  showPeople();
  showClock();
  showChats();
  showChat();
  if (view.chat && isOpening) toOpening();
  const { state, chat } = view;
  document.dispatchEvent(new CustomEvent("shown", { detail: { state, chat, place } }));
  await markRead();
}

// To somebody who has never looked into a group nothing in it is new.
function firstUnread() {
  const { chat, place } = view;
  if (!chat?.unread || (chat.kind !== "private" && !chat.read_up_to)) return null;
  const isNew = (message) => !message.frozen && message.id > chat.read_up_to && message.author_id !== place.person;
  return chat.messages.find(isNew)?.id ?? null;
}

let refreshing = false;
let isStale = false;

// While one answer is on its way, any number of changes ask for only one more.
async function refreshSoon() {
  isStale = true;
  if (refreshing) return;
  refreshing = true;
  while (isStale) {
    isStale = false;
    await refresh();
  }
  refreshing = false;
}

function listen() {
  const events = new EventSource("/page/events");
  let last = "";
  events.addEventListener("message", ({ data }) => {
    const news = JSON.parse(data);
    const version = `${news.revision}/${news.taken}`;
    seen("offline").hidden = true;
    const now = performance.now();
    view.typing = news.typing.map((one) => ({ ...one, until: now + 1000 * one.seconds_left }));
    if (view.state && version === last) {
      Object.assign(view.state, { now: news.now, travelling: news.travelling });
      showClock();
      showTyping();
    } else {
      last = version;
      refreshSoon();
    }
  });
  events.addEventListener("error", () => {
    last = "";
    seen("offline").hidden = false;
  });
}

// --- everything that can be pressed ------------------------------------------------------------------------

const clicks = {
  toast: endToast,
  back: () => go(view.place.person, null),
  newest: () => toEnd({ softly: true }),
  commands: openCommands,
  attach: openAttach,
  record: startRecording,
  start: pressStart,
  "first-link": openFirst,
  add: () => attempt(() => tell("/page/add", { person: view.place.person, chat: view.place.chat })),
  unblock: () => attempt(() => tell("/page/unblock", { person: view.place.person })),
};
for (const [id, does] of Object.entries(clicks)) seen(id).addEventListener("click", does);
for (const button of document.querySelectorAll("[data-travel]")) button.addEventListener("click", () => travel(button));
for (const kind of ["photo", "voice", "document"]) {
  const input = document.querySelector(`[data-choose="${kind}"]`);
  input.addEventListener("change", () => choose(kind, input));
}
seen("about").querySelector("[data-cancel]").addEventListener("click", settleAbout);
seen("attached").querySelector("[data-detach]").addEventListener("click", () => {
  detach();
  seen("write").focus();
});
seen("person").addEventListener("change", switchPerson);
seen("language").addEventListener("change", switchLanguage);
seen("chats").addEventListener("keydown", pressedInChats);
seen("messages").addEventListener("scroll", scrolled, { passive: true });
new ResizeObserver(resized).observe(seen("messages"));
seen("messages").addEventListener("focusin", focused);
seen("messages").addEventListener("keydown", pressedInTalk);
seen("menu").addEventListener("keydown", pressedInMenu);
seen("form").addEventListener("submit", submit);
seen("write").addEventListener("keydown", pressedInBox);
seen("write").addEventListener("input", typed);
document.addEventListener("pointerdown", pressedElsewhere);
document.addEventListener("visibilitychange", () => document.hidden || stale());
document.addEventListener("stale", refreshSoon);
document.addEventListener("prepare", ({ detail }) => prepare(detail));
addEventListener("hashchange", arrive);
addEventListener("popstate", pictureHere);
seen("picture").addEventListener("close", pictureClosed);
Object.assign(view.place, readPlace());
pictureHere();
takeUp();
listen();
