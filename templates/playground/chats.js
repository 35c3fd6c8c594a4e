// The list of chats, whom one can be, and the window's title.

import { hue, keepingFocus, make, reconcile, said, seen, words } from "./base.js";
import { clockTime, sameDay, shortDay } from "./clock.js";
import { inBrief } from "./message.js";
import { go, view } from "./view.js";

const shown = new Map(); // chat → { print, node }: what did not change is not drawn anew

export function showChats() {
  const { state, place } = view;
  seen("first").hidden = !state.first_link;
  const items = [...state.chats].sort((one, other) => (other.last?.at ?? "").localeCompare(one.last?.at ?? ""));
  const list = seen("chats");
  const wanted = items.map((summary) => {
    const isOpen = summary.id === place.chat;
    const print = JSON.stringify([summary, isOpen, place.person, isOpen || sameDay(state.now, summary.last?.at ?? state.now)]);
    if (shown.get(summary.id)?.print !== print) shown.set(summary.id, { print, node: chatNode(summary, isOpen) });
    return shown.get(summary.id).node;
  });
  keepingFocus(list, () => reconcile(list, wanted));
  showTitle();
}

function chatNode(summary, isOpen) {
  const portrait = make("span", { class: "portrait", "aria-hidden": "true" }, [...summary.title][0] ?? "?");
  portrait.style.setProperty("--hue", hue(summary.id));
  const badge = summary.unread && !isOpen
    ? make("span", { class: "badge", "data-unread": summary.unread }, String(summary.unread), make("span", { class: "unseen" }, ` ${words.unread}`))
    : null;
  return make(
    "li",
    { "data-key": `chat/${summary.id}` },
    make(
      "button",
      { type: "button", "data-chat": summary.id, "aria-current": isOpen ? "true" : null, onclick: () => go(view.place.person, summary.id) },
      portrait,
      make(
        "span",
        { class: "chat-words" },
        make("span", { class: "chat-line" }, make("span", { class: "chat-title", dir: "auto" }, summary.title), timeOfLast(summary)),
        make("span", { class: "chat-line" }, make("span", { class: "chat-last", dir: "auto" }, lastWords(summary)), badge),
      ),
    ),
  );
}

function timeOfLast(summary) {
  if (!summary.last) return null;
  const { at } = summary.last;
  const label = sameDay(at, view.state.now) ? clockTime(at) : shortDay(at);
  return make("time", { class: "chat-time", datetime: at }, label);
}

function lastWords({ last, kind }) {
  if (!last) return words.no_messages;
  if (last.service) return said(words[last.service.what], last.service.who);
  const author = last.author_id === view.place.person ? words.you : last.author;
  const line = inBrief(last).replace(/\s+/g, " ").slice(0, 90);
  return kind === "private" && author !== words.you ? line : `${author}: ${line}`;
}

export function pressedInChats(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...seen("chats").querySelectorAll("[data-chat]")];
  const at = buttons.indexOf(event.target.closest("[data-chat]"));
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[at + step]?.focus();
}

// Several windows are several people: the title tells who, what is unread, and where.
function showTitle() {
  const { state, place, chat } = view;
  const unread = state.chats.filter((one) => one.id !== place.chat || document.hidden).reduce((sum, one) => sum + one.unread, 0);
  const name = state.people.find((person) => person.id === place.person)?.name ?? "";
  document.title = `${unread ? `(${unread}) ` : ""}${[name, chat?.title ?? words.playground].filter(Boolean).join(" – ")}`;
}

export function showPeople() {
  const select = seen("person");
  const print = JSON.stringify(view.state.people);
  if (select.dataset.print !== print) {
    select.dataset.print = print;
    select.replaceChildren(...peopleOptions(view.state.people));
  }
  select.value = String(view.place.person);
}

// Groups are headings, in the order of their first person; who belongs to none stands alone.
function peopleOptions(people) {
  const option = ({ id, name, label }) => make("option", { value: id }, label ? `${name} · ${label}` : name);
  return [...new Set(people.map((person) => person.group))].flatMap((group) => {
    const options = people.filter((person) => person.group === group).map(option);
    return group ? [make("optgroup", { label: group }, ...options)] : options;
  });
}
