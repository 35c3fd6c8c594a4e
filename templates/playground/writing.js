// The desk at which one writes: the box, what it is about, what goes along, and its menus.

import { make, said, seen, tell, words } from "./base.js";
import { length } from "./clock.js";
import { attachItems, closeMenu, commandItem, focusItem, isMenuOpen, openMenu } from "./menu.js";
import { inBrief, sizeOf } from "./message.js";
import { shrunk } from "./picture.js";
import { send, underway } from "./sending.js";
import { showMessages, toNewestMessage } from "./talk.js";
import { attempt, sayToast } from "./toast.js";
import { isPhone, starts, view } from "./view.js";
import { canRecord, endRecording, fromFile, isRecording, record } from "./voice.js";

const TELL_TYPING_EVERY = 2500; // milliseconds
const DOUBLE_TAP = 600; // milliseconds within which a second press on [Send] is none on the microphone

// Half-written texts outlive a reload of the window; what goes along stays while the page is open.
const placeKey = () => `${view.place.person}/${view.place.chat}`;
const draftKey = () => `draft/${placeKey()}`;
const laidAside = new Map(); // what is attached, by person and chat

function keepDraft() {
  if (view.about?.kind === "edit") return;
  const { value } = seen("write");
  if (value) sessionStorage.setItem(draftKey(), value);
  else sessionStorage.removeItem(draftKey());
}

const readDraft = () => sessionStorage.getItem(draftKey()) ?? "";

export function putAside() {
  keepDraft();
  if (isRecording()) keepRecording(placeKey());
  else laidAside.set(placeKey(), view.attached);
  endAbout();
  detach();
}

// Whoever leaves the chat ends the recording; it waits there to be sent.
async function keepRecording(key) {
  const found = await endRecording();
  if (placeKey() === key) attach(found);
  else laidAside.set(key, found);
}

export function takeUp() {
  seen("write").value = readDraft();
  const attached = laidAside.get(placeKey());
  laidAside.delete(placeKey());
  if (attached) attach(attached);
  suggest();
  showButtons();
}

// --- what the desk shows ------------------------------------------------------------------------------

export function showDesk() {
  const { chat } = view;
  seen("form").hidden = chat.blocked || starts();
  seen("start").hidden = chat.blocked || !starts();
  seen("add").hidden = chat.has_bot;
  seen("unblock").hidden = !chat.blocked;
  seen("commands").hidden = !chat.commands.length;
  showTopics();
  if (view.about && isGone(view.about.message)) endAbout();
  offerReply();
  showButtons();
}

function showTopics() {
  const box = seen("topic");
  const names = view.chat.topics.map(topicOption);
  // Of another chat's topics the numbers mean nothing here.
  const before = box.dataset.of === String(view.chat.id) ? box.value : null;
  box.dataset.of = view.chat.id;
  box.replaceChildren(...names);
  box.hidden = !names.length;
  if (names.some((node) => node.value === before)) box.value = before;
}

function topicOption({ id, name, is_closed: isClosed }) {
  const label = isClosed ? said(words.closed_topic, `# ${name}`) : `# ${name}`;
  return make("option", { value: id === 1 ? "" : id, disabled: isClosed }, label);
}

// With nothing to send, the place of [Send] is the microphone's.
function showButtons() {
  const isEmpty = !seen("write").value.trim() && !view.attached && !isRecording();
  seen("send").hidden = isEmpty && canRecord();
  seen("record").hidden = !(isEmpty && canRecord());
}

// --- sending ------------------------------------------------------------------------------------------

let pressedSend = -DOUBLE_TAP; // when, on the page's clock

export async function submit(event) {
  event.preventDefault();
  pressedSend = performance.now();
  if (isRecording()) view.attached = await endRecording();
  const box = seen("write");
  const { about, attached } = view;
  const text = box.value;
  if (!text.trim() && !attached) return;
  box.value = "";
  keepDraft();
  detach();
  if (about?.kind === "edit") await rewrite(about.message, text);
  else {
    settleAbout();
    closeMenu();
    send(text, { replied: about ? quoted(about.message) : null, attached });
  }
  showButtons();
}

async function rewrite(message, text) {
  endAbout();
  const body = { person: view.place.person, chat: view.place.chat, message: message.id, text };
  if (!(await attempt(() => tell("/page/edit", body)))) {
    startAbout("edit", message);
    seen("write").value = text;
  }
}

const quoted = (message) => ({ id: message.id, author: message.author, author_id: message.author_id, text: inBrief(message).slice(0, 120) });

let toldTyping = 0;

// The others in a group see that one is typing; in private there is only the bot.
function tellTyping() {
  if (view.chat?.kind === "private" || !seen("write").value.trim()) return;
  if (performance.now() - toldTyping < TELL_TYPING_EVERY) return;
  toldTyping = performance.now();
  tell("/page/typing", view.place).catch(() => null);
}

// --- replies and corrections -----------------------------------------------------------------------------

const usual = seen("write").placeholder; // what stands in the empty box when nothing else is asked for

export function startAbout(kind, message, { isAsked = false } = {}) {
  view.about = { kind, message };
  view.chosen = null;
  const node = seen("about");
  const head = kind === "edit" ? words.editing : message.author;
  node.querySelector(".quoted").replaceChildren(make("b", { dir: "auto" }, head), make("span", { dir: "auto" }, inBrief(message).slice(0, 120)));
  node.hidden = false;
  const box = seen("write");
  if (kind === "edit") box.value = message.text;
  box.placeholder = (kind === "reply" && message.asks?.placeholder) || usual;
  showButtons();
  showMessages();
  // What opens by itself takes nobody away from the panel or the bar at the top.
  const active = document.activeElement;
  if (!isAsked || active === document.body || active.closest(".chats, .conversation")) box.focus();
}

// What was deleted is neither answered nor edited any more; of older ones than are shown nobody knows.
function isGone({ id }) {
  const [oldest, ...others] = view.chat.messages.filter((message) => !message.frozen);
  if (!oldest || id < oldest.id) return !oldest;
  return ![oldest, ...others].some((message) => message.id === id);
}

// --- what the bot asks for --------------------------------------------------------------------------------

const settled = new Set(); // keys of messages of the bot that were answered or left alone; a reload offers these again

// In private the bot can ask for a reply: it opens by itself, as in Telegram's apps.
function offerReply() {
  if (seen("form").hidden || view.about?.kind === "edit") return;
  if (view.about && (seen("write").value || view.attached || view.about.message.asks)) return;
  const message = unanswered();
  if (message && !settled.has(message.key)) startAbout("reply", message, { isAsked: true });
}

// The newest message of the bot, if it asks for a reply and has none.
function unanswered() {
  if (view.chat.kind !== "private") return null;
  const messages = [...view.chat.messages, ...underway()];
  const last = messages.findLast((message) => message.is_bot);
  if (!last?.asks || messages.some((message) => message.reply_to?.id === last.id)) return null;
  return last;
}

// The strip was used or cancelled: what the bot asked for is not offered again, also when the bot takes the answer away.
export function settleAbout() {
  if (view.about?.message.asks) settled.add(view.about.message.key);
  endAbout();
}

// Words that the tour puts into the box; pressing Send stays with the visitor.
export function prepare({ text, reply }) {
  endAbout();
  if (reply) startAbout("reply", reply);
  seen("write").value = text;
  keepDraft();
  suggest();
  showButtons();
  seen("send").focus();
}

export function endAbout() {
  if (view.about?.kind === "edit") seen("write").value = readDraft();
  view.about = null;
  seen("write").placeholder = usual;
  seen("about").hidden = true;
  showButtons();
}

// --- what goes along --------------------------------------------------------------------------------------

export function openAttach() {
  if (isMenuOpen()) {
    closeMenu({ back: true });
    return;
  }
  const choices = [
    ["picture", () => seen("choose-picture").click()],
    ["voice", () => seen("choose-voice").click()],
    ["file", () => seen("choose-file").click()],
  ];
  openMenu(attachItems(choices), seen("attach"), words.attach);
}

const READ = {
  photo: shrunk,
  voice: fromFile,
  document: async (file) => ({ kind: "document", blob: file, name: file.name }),
};

// Why a file cannot be sent, as a word; null if it can.
function problem(file, found) {
  if (!file.size) return "file-empty";
  if (!found) return "file-unreadable";
  return found.blob.size > view.state.largest_file ? "file-too-big" : null;
}

// A file was chosen: what it becomes stands above the box, and the box is for the words under it.
export async function choose(kind, input) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const found = file.size ? await READ[kind](file).catch(() => null) : null;
  const why = problem(file, found);
  if (why) sayToast(words.why[why]);
  else {
    attach({ url: URL.createObjectURL(found.blob), ...found });
    seen("write").focus();
  }
}

function attach(found) {
  view.attached = found;
  const node = seen("attached");
  const icon = { voice: "🎤", document: "📄" }[found.kind];
  const sign = found.kind === "photo" ? make("img", { src: found.url, alt: "" }) : make("span", { "aria-hidden": "true" }, icon);
  const detail = found.kind === "voice" ? length(found.seconds) : sizeOf(found.blob.size);
  node.querySelector(".what").replaceChildren(sign, make("bdi", {}, found.name || words.voice), make("span", { class: "size" }, detail));
  node.hidden = false;
  showButtons();
}

export function detach() {
  if (isRecording()) endRecording();
  view.attached = null;
  seen("attached").hidden = true;
  seen("attached").classList.remove("recording");
  showButtons();
}

// Begin a voice note; where the browser has no microphone to give, a file does as well.
export async function startRecording() {
  if (performance.now() - pressedSend < DOUBLE_TAP) return;
  const node = seen("attached");
  const time = make("span", { class: "size", role: "timer" }, length(0));
  try {
    await record((seconds) => (time.textContent = length(seconds)));
  } catch {
    sayToast(words.no_microphone);
    return;
  }
  node.querySelector(".what").replaceChildren(make("span", { class: "dot", "aria-hidden": "true" }), make("bdi", {}, words.recording), time);
  node.classList.add("recording");
  node.hidden = false;
  showButtons();
  seen("send").focus();
}

// --- commands ------------------------------------------------------------------------------------------------

// From the menu a command is sent at once, as in Telegram; while one types, it is only completed.
export function openCommands() {
  if (isMenuOpen()) closeMenu({ back: true });
  else openMenu(view.chat.commands.map(commandItem(sendCommand)), seen("commands"), words.commands);
}

function sendCommand(command) {
  send(`/${command}`);
  if (isPhone()) seen("commands").focus();
  else seen("write").focus();
}

function complete(command) {
  const box = seen("write");
  box.value = `/${command} `;
  keepDraft();
  box.focus();
  showButtons();
}

function suggest() {
  const begun = /^\/(\w*)$/.exec(seen("write").value)?.[1];
  const fitting = begun === undefined ? [] : (view.chat?.commands ?? []).filter(({ command }) => command.startsWith(begun));
  if (fitting.length) openMenu(fitting.map(commandItem(complete)), seen("write"), words.commands);
  else closeMenu();
}

export function typed() {
  suggest();
  showButtons();
  tellTyping();
  keepDraft();
}

export function pressedInBox(event) {
  const does = {
    Enter: () => !event.shiftKey && !event.isComposing && (() => seen("form").requestSubmit()),
    Escape: () => (isMenuOpen() ? closeMenu : leave),
    ArrowUp: () => (isMenuOpen() ? () => focusItem(-1) : !seen("write").value && toNewestMessage),
    ArrowDown: () => isMenuOpen() && (() => focusItem(0)),
    Tab: () => isMenuOpen() && !event.shiftKey && (() => seen("menu").querySelector("button").click()),
  }[event.key]?.();
  if (!does) return;
  event.preventDefault();
  does();
}

function leave() {
  detach();
  settleAbout();
}
