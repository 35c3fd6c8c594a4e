// The conversation: its messages in order, where one stands in it, and what is new.

import { hue, keepingFocus, make, reconcile, said, seen, tell, words } from "./base.js";
import { dayOf, sameDay } from "./clock.js";
import { canEdit, inBrief, messageNode, print, toggleActions } from "./message.js";
import { underway } from "./sending.js";
import { starts, view } from "./view.js";
import { showDesk, startAbout } from "./writing.js";

const BUSY_AFTER = 400; // milliseconds after which a bot that is at work is said to be typing
const BUSY_AT_MOST = 10_000;

const shown = new Map(); // key → { print, node, text }
const known = new Set(); // keys of what was shown: only what comes later is told aloud
let current = null; // the key of the message at which the keyboard is
let isOpening = true;
let isStuck = true; // whether one was at the end when one last scrolled: there one stays
let unseen = 0; // how many messages came while one was reading further up

// --- the messages ---------------------------------------------------------------------------------

export function forgetMessages() {
  shown.clear();
  known.clear();
  current = null;
  isOpening = true;
  unseen = 0;
  seen("messages").replaceChildren();
  seen("news").replaceChildren();
}

export function showMessages() {
  if (!view.chat) return;
  const list = seen("messages");
  const wasAtEnd = isAtEnd();
  const messages = [...view.chat.messages, ...underway()];
  const wanted = nodesOf(messages);
  keepingFocus(list, () => reconcile(list, wanted));
  announce(messages);
  placeTabStop();
  if (wasAtEnd) toEnd();
  showNewest();
}

function nodesOf(messages) {
  const nodes = [];
  let previous = null;
  for (const message of messages) {
    if (!previous || !sameDay(previous.at, message.at)) nodes.push(dayNode(message));
    if (view.divider !== null && message.id === view.divider && !message.frozen) nodes.push(lineNode("divider", "unread", words.unread_below));
    nodes.push(kept(message, previous));
    previous = message;
  }
  if (!nodes.length) for (const line of hints()) nodes.push(lineNode(`hint:${line}`, "service", line));
  return nodes;
}

function kept(message, previous) {
  const now = print(message, previous);
  const before = shown.get(message.key);
  if (before?.print === now) return before.node;
  const node = messageNode(message, previous);
  const wasText = before?.text !== undefined && before.text !== message.text;
  if (wasText) node.classList.add("changed");
  shown.set(message.key, { print: now, node, text: message.text });
  return node;
}

function lineNode(key, kind, text) {
  if (!shown.has(key)) shown.set(key, { node: make("li", { class: kind, [`data-${kind}-line`]: true }, text) });
  return shown.get(key).node;
}

function dayNode(message) {
  const label = dayOf(message.at);
  const key = `day:${label}:${message.key}`;
  if (!shown.has(key)) shown.set(key, { node: make("li", { class: "day", "data-day": true }, label) });
  return shown.get(key).node;
}

// What to do first in a chat where nothing was said yet.
function hints() {
  if (starts()) return [words.begin];
  if (!view.chat.has_bot) return [words.add_first];
  return [words.empty, view.place.chat < 0 ? words.example : words.example_private];
}

// Tell a screen reader what is new, once; what was there when the chat was opened is not.
function announce(messages) {
  const fresh = messages.filter(({ key }) => !known.has(key));
  for (const { key } of fresh) known.add(key);
  if (isOpening) {
    isOpening = false;
    return;
  }
  const others = fresh.filter((message) => !message.state && message.author_id !== view.place.person);
  if (!isAtEnd()) unseen += others.length;
  const log = seen("news");
  for (const message of others) {
    const line = message.service ? said(words[message.service.what], message.service.who) : `${message.author}: ${inBrief(message)}`;
    log.append(make("p", {}, line.slice(0, 400)));
  }
  while (log.children.length > 5) log.firstChild.remove();
}

// --- where one stands -------------------------------------------------------------------------------

const isAtEnd = () => {
  const list = seen("messages");
  return list.scrollHeight - list.scrollTop - list.clientHeight < 80;
};

const gently = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

export function toEnd({ softly = false } = {}) {
  const list = seen("messages");
  list.scrollTo({ top: list.scrollHeight, behavior: softly ? gently() : "auto" });
}

// Where a chat opens: at the first message that was not read, else at the newest.
export function toOpening() {
  const divider = seen("messages").querySelector("[data-unread-line]");
  if (divider) divider.scrollIntoView({ block: "start" });
  else toEnd();
  scrolled();
}

export function scrolled() {
  isStuck = isAtEnd();
  showNewest();
}

// A strip above the box or a phone's keyboard must not cover what was said last.
export function resized() {
  if (isStuck) toEnd();
  showNewest();
}

function showNewest() {
  const list = seen("messages");
  const isNear = list.scrollHeight - list.scrollTop - list.clientHeight < 200;
  if (isNear) unseen = 0;
  seen("newest").hidden = isNear;
  seen("newest-count").hidden = !unseen;
  seen("newest-count").textContent = String(unseen);
}

export function seek(id) {
  const node = seen("messages").querySelector(`[data-message="${id}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: gently() });
  node.querySelector(".bubble")?.focus({ preventScroll: true });
  node.classList.remove("sought");
  requestAnimationFrame(() => node.classList.add("sought"));
}

// --- by keyboard --------------------------------------------------------------------------------------

const bubbles = () => [...seen("messages").querySelectorAll(".bubble")];
const keyOf = (node) => node.closest("[data-key]")?.dataset.key;
const messageOf = (key) => view.chat?.messages.find((message) => message.key === key);

// Tab comes to one message and what belongs to it, not to all three hundred: arrows do the rest.
function placeTabStop() {
  const all = bubbles();
  const here = all.find((bubble) => keyOf(bubble) === current) ?? all.at(-1);
  for (const bubble of all) {
    const stop = bubble === here ? 0 : -1;
    bubble.tabIndex = stop;
    for (const control of bubble.parentElement.querySelectorAll("a, button, [role=button]")) control.tabIndex = stop;
  }
}

export function focused(event) {
  const key = keyOf(event.target);
  if (key === undefined || key === current) return;
  current = key;
  placeTabStop();
}

function moveTo(bubble) {
  if (!bubble) return;
  bubble.focus({ preventScroll: true });
  bubble.scrollIntoView({ block: "nearest" });
}

export const toNewestMessage = () => moveTo(bubbles().at(-1));

export function pressedInTalk(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const all = bubbles();
  const at = all.findIndex((bubble) => keyOf(bubble) === keyOf(event.target));
  const message = messageOf(keyOf(event.target));
  const isBubble = event.target.classList.contains("bubble");
  const can = message && !message.frozen && !message.service;
  const does = {
    ArrowUp: () => moveTo(all[Math.max(at - 1, 0)]),
    ArrowDown: () => (at === all.length - 1 ? seen("write").focus() : moveTo(all[at + 1])),
    Home: () => moveTo(all[0]),
    End: () => moveTo(all.at(-1)),
    Enter: isBubble && can ? () => openActions(message) : null,
    r: can ? () => startAbout("reply", message) : null,
    e: can && canEdit(message) ? () => startAbout("edit", message) : null,
    Escape: () => seen("write").focus(),
  }[event.key];
  if (!does || at < 0) return;
  event.preventDefault();
  does();
}

function openActions(message) {
  toggleActions(message);
  seen("messages").querySelector("[data-reply]")?.focus();
}

// --- the heading --------------------------------------------------------------------------------------

export function showChat() {
  const { chat } = view;
  const open = chat !== null;
  document.body.dataset.screen = open ? "conversation" : "chats";
  seen("nothing").hidden = open;
  seen("messages").hidden = !open;
  seen("desk").hidden = !open;
  document.querySelector(".heading").hidden = !open;
  if (!open) return;
  seen("title").textContent = chat.title;
  seen("portrait").textContent = [...chat.title][0] ?? "?";
  seen("portrait").style.setProperty("--hue", hue(chat.id));
  showSpent();
  showBusy();
  showDesk();
  showMessages();
}

// How much of the week's budget the bot has used in this chat.
function showSpent() {
  const { spent, kind } = view.chat;
  const sentence = kind === "private" ? words.spent_private : words.spent_group;
  seen("spent").textContent = spent ? sentence.replace("{made}", spent.made).replace("{limit}", spent.limit) : "";
}

let busySince = null; // since when the bot has been at work on something of this chat
let busyTimer = 0;

function showBusy() {
  if (!view.chat.bot_is_busy) busySince = null;
  else busySince ??= performance.now();
  clearTimeout(busyTimer);
  const lasted = busySince === null ? Infinity : performance.now() - busySince;
  const next = [BUSY_AFTER, BUSY_AT_MOST].find((moment) => moment > lasted);
  if (next !== undefined) busyTimer = setTimeout(() => view.chat && showBusy(), next - lasted + 10);
  showTyping();
}

const isBusy = () => {
  const lasted = busySince === null ? 0 : performance.now() - busySince;
  return lasted > BUSY_AFTER && lasted < BUSY_AT_MOST;
};

let typingTimer = 0;

// Who is typing here; whoever has stopped is taken out when their seconds are over.
export function showTyping() {
  clearTimeout(typingTimer);
  const now = performance.now();
  const here = view.typing.filter((one) => one.chat_id === view.place.chat && one.person !== view.place.person && one.until > now);
  const names = here.map((one) => one.name);
  if (view.chat && isBusy()) names.push(view.state.bot_name);
  const sentence = names.length > 1 ? words.several_typing : words.typing;
  seen("typing").textContent = names.length ? said(sentence, names.join(", ")) : "";
  seen("spent").hidden = names.length > 0;
  if (here.length) typingTimer = setTimeout(showTyping, Math.min(...here.map((one) => one.until)) - now + 10);
}

export async function markRead() {
  const last = view.chat?.messages.findLast((message) => !message.frozen);
  const summary = view.state.chats.find((one) => one.id === view.place.chat);
  if (!last || !summary?.unread || document.hidden) return;
  await tell("/page/read", { person: view.place.person, chat: view.place.chat, message: last.id }).catch(() => null);
}
