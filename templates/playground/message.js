// One message: its bubble, what is attached, its buttons, and what can be done with it.

import { hue, make, said, tell, words } from "./base.js";
import { clockTime } from "./clock.js";
import { canForward, startForward } from "./forward.js";
import { openPicture } from "./picture.js";
import { giveUp, sendAgain } from "./sending.js";
import { openStart, startCode } from "./start.js";
import { seek, showMessages } from "./talk.js";
import { direction, isSafe, rendered } from "./text.js";
import { attempt, sayAlert, sayToast } from "./toast.js";
import { view } from "./view.js";
import { voiceNode } from "./voice.js";
import { startAbout } from "./writing.js";

const waiting = new Set(); // buttons whose answer is not there yet, by message key and data

// What a message looks like depends on this, and on nothing else.
export const print = (message, previous) =>
  JSON.stringify([
    { ...message, one: null },
    previous?.author,
    previous?.buttons.length,
    view.chosen === message.key,
    [...waiting].filter((key) => key.startsWith(`${message.key}:`)),
    view.place.person,
  ]);

// What stands for a message where there is room for a line only: its words, or what it is.
export function inBrief({ text, photo, voice, file, kind }) {
  if (text) return text;
  if (photo || kind === "photo") return words.picture;
  if (voice || kind === "voice") return words.voice;
  if (file || kind === "document") return words.file;
  return "";
}

const isOwn = (message) => message.author_id === view.place.person;

function stateOf(message) {
  if (message.state) return message.state;
  if (!isOwn(message)) return null;
  return message.is_seen ? "seen" : "sent";
}

// What somebody hears who comes to a message without seeing it.
function spoken(message) {
  const who = isOwn(message) ? words.you : message.author;
  const state = stateOf(message);
  const passedOn = message.forwarded ? said(words.forwarded, message.forwarded) : null;
  const marks = [message.edited ? words.edited : null, message.protected ? words.protected : null];
  const what = [passedOn, message.text ? null : inBrief(message), message.text, ...marks];
  return [`${who}, ${clockTime(message.at)}`, ...what, state ? words[state] : null].filter(Boolean).join(". ");
}

export function messageNode(message, previous) {
  if (message.service) return serviceNode(message);
  const own = isOwn(message);
  const follows = previous && !previous.service && previous.author === message.author && !previous.buttons.length;
  const names = view.chat.kind !== "private" && !own && !follows;
  const side = direction(message.text);
  const bubble = make(
    "div",
    { class: `bubble ${side}`, role: "article", tabindex: "-1", "aria-label": spoken(message), ...held(message), onclick: (event) => choose(event, message) },
    names ? make("p", { class: "author", dir: "auto" }, message.author) : null,
    message.topic ? make("p", { class: "topic", dir: "auto", "data-in-topic": message.topic }, `# ${message.topic}`) : null,
    message.forwarded ? make("p", { class: "forwarded", dir: "auto", "data-forwarded": true }, said(words.forwarded, message.forwarded)) : null,
    message.reply_to ? quoteNode(message.reply_to, side) : null,
    message.photo ? pictureNode(message) : null,
    message.voice ? voiceNode(message) : null,
    message.file ? fileNode(message) : null,
    message.text ? make("div", { class: "text", dir: "auto" }, ...rendered(message)) : null,
    metaNode(message),
  );
  const classes = ["message", own ? "own" : "", follows ? "same" : "", message.frozen ? "frozen" : ""];
  const hooks = { "data-message": message.id, "data-author": message.author_id, "data-key": message.key, "data-protected": Boolean(message.protected) };
  const node = make("li", { class: classes.filter(Boolean).join(" "), ...hooks }, bubble);
  node.style.setProperty("--name", hue(message.author_id));
  if (message.buttons.length) node.append(keyboardNode(message));
  if (message.state === "failed") node.append(failureNode(message));
  else if (view.chosen === message.key) node.append(actionsNode(message));
  return node;
}

// What is protected is neither copied, nor dragged out, nor kept by the browser's own menu.
function held(message) {
  if (!message.protected) return {};
  const refuse = (event) => event.preventDefault();
  return { oncopy: refuse, oncut: refuse, ondragstart: refuse, oncontextmenu: refuse };
}

export const addressOf = ({ id, url }) => url ?? `/page/file?id=${encodeURIComponent(id)}`;

const PICTURE_BOX = { width: 300, height: 340 }; // pixels of the page into which a picture fits

function pictureNode(message) {
  const { photo } = message;
  const scale = Math.min(1, PICTURE_BOX.width / photo.width, PICTURE_BOX.height / photo.height);
  // Told beforehand, so that nothing jumps when the picture has come.
  const [width, height] = [photo.width, photo.height].map((side) => Math.max(44, Math.round(side * scale)));
  const source = addressOf(message.photo);
  const label = said(words.picture_of, isOwn(message) ? words.you : message.author);
  return make(
    "button",
    { type: "button", class: "picture", "data-picture": source, "aria-label": label, onclick: () => openPicture(source, label, message.protected) },
    make("img", { src: source, width, height, alt: "" }),
  );
}

export const sizeOf = (bytes) =>
  words.kilobytes.replace("{size}", (bytes / 1024).toLocaleString(words.language, { maximumFractionDigits: 1 }));

function fileNode({ file, protected: isProtected }) {
  const link = isProtected ? {} : { href: addressOf(file), download: file.name };
  return make(
    isProtected ? "span" : "a",
    { class: "file", ...link, "data-file": file.name },
    make("span", { "aria-hidden": "true" }, "📄 "),
    make("bdi", {}, file.name),
    make("span", { class: "size" }, ` · ${sizeOf(file.size)}`),
  );
}

function serviceNode(message) {
  const { what, who } = message.service;
  return make("li", { class: "service", "data-message": message.id, "data-service": what, "data-key": message.key, dir: "auto" }, said(words[what], who));
}

function quoteNode(quoted, side) {
  const node = make(
    "button",
    { type: "button", class: `quote ${side}`, "data-quote": quoted.id, onclick: () => seek(quoted.id) },
    make("b", { dir: "auto" }, quoted.author),
    make("span", { dir: "auto" }, inBrief(quoted)),
  );
  node.style.setProperty("--name", hue(quoted.author_id));
  return node;
}

const TICKS = { sending: "🕓", sent: "✓", seen: "✓✓", failed: "!" };

function metaNode(message) {
  const state = stateOf(message);
  return make(
    "div",
    { class: "meta" },
    ...message.reactions.map((emoji) => make("span", { class: "reaction", "data-reaction": emoji }, emoji)),
    message.silent ? make("span", { "aria-hidden": "true" }, "🔕") : null,
    message.protected ? make("span", { title: words.protected, "aria-hidden": "true" }, "🔒") : null,
    message.edited ? make("span", { "data-edited": true }, words.edited) : null,
    make("time", { datetime: message.at }, clockTime(message.at)),
    state ? make("span", { class: `tick ${state}`, "data-state": state, title: words[state], "aria-hidden": "true" }, TICKS[state]) : null,
  );
}

function keyboardNode(message) {
  const rows = message.buttons.map((row) => make("div", { class: "row" }, ...row.map((button) => buttonNode(message, button))));
  const [first] = message.text.split("\n");
  return make("div", { class: "buttons", "data-buttons": true, role: "group", "aria-label": said(words.buttons, first) }, ...rows);
}

function buttonNode(message, button) {
  const label = make("span", { dir: "auto" }, button.text);
  if (button.url && startCode(button.url) !== null) {
    return make("a", { href: button.url, onclick: (event) => openStart(event, button.url) }, label);
  }
  if (button.url) return make("a", { href: isSafe(button.url) ? button.url : "#", target: "_blank", rel: "noopener noreferrer" }, label);
  const key = `${message.key}:${button.callback_data}`;
  return make(
    "button",
    { type: "button", "data-data": button.callback_data, "data-style": button.style, "aria-busy": waiting.has(key) ? "true" : null, onclick: () => tap(message, button.callback_data, key) },
    label,
  );
}

function actionsNode(message) {
  return make(
    "div",
    { class: "actions" },
    make("button", { type: "button", "data-reply": true, onclick: () => startAbout("reply", message) }, words.reply),
    canEdit(message) ? make("button", { type: "button", "data-edit": true, onclick: () => startAbout("edit", message) }, words.edit) : null,
    canForward(message) ? make("button", { type: "button", "data-forward": true, "aria-haspopup": "menu", "aria-expanded": "false", onclick: ({ currentTarget }) => startForward(message, currentTarget) }, words.forward) : null,
  );
}

export const canEdit = (message) => isOwn(message) && message.id !== null && !message.forwarded && Boolean(message.text);

function failureNode({ one, why }) {
  return make(
    "div",
    { class: "actions failure" },
    make("span", { "data-why": why }, [words.failed, words.why[why]].filter(Boolean).join(" ")),
    make("button", { type: "button", "data-again": true, onclick: () => sendAgain(one) }, words.again),
    make("button", { type: "button", "data-give-up": true, onclick: () => giveUp(one) }, words.drop),
  );
}

export function toggleActions(message) {
  if (message.frozen || message.service || message.id === null) return;
  view.chosen = view.chosen === message.key ? null : message.key;
  showMessages();
}

function choose(event, message) {
  if (event.target.closest("a, button, .spoiler") || String(getSelection())) return;
  toggleActions(message);
}

async function tap(message, data, key) {
  if (waiting.has(key)) return;
  waiting.add(key);
  showMessages();
  const body = { person: view.place.person, chat: view.place.chat, message: message.id, data };
  const answer = await attempt(() => tell("/page/tap", body));
  waiting.delete(key);
  showMessages();
  const toast = answer?.toast;
  if (toast?.text) (toast.show_alert ? sayAlert : sayToast)(toast.text);
}
