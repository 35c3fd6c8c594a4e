// The panel "behind the scenes": a column beside the talk, or on a phone a sheet over it. The server
// renders its inside; only the sections that have changed are exchanged, so that nothing flickers
// and whoever is using a button keeps it.

import { ask, seen, tell, words } from "./base.js";

const AGAIN = 2000; // milliseconds: what waits changes without anything happening in a chat
const panel = seen("panel");
const opener = seen("behind");
const phone = matchMedia("(max-width: 759px)");
const behindSheet = document.querySelectorAll(".top, .tour, .chats, .conversation");
const moved = new Map(); // addresses of groups that got another number
let wishes = Promise.resolve();
let isOpen = false;
let turn = 0;

// Who one is and which chat is open stand in the address; 0 is nobody, and no chat.
function place() {
  const [, person = 0, chat = 0] = /^#(-?\d+)(?:\/(-?\d+))?$/.exec(location.hash) ?? [];
  return { person: Number(person), chat: Number(chat) };
}

async function refresh() {
  if (!isOpen || document.hidden) return;
  const now = (turn += 1);
  const { person, chat } = place();
  const query = `person=${person}&chat=${chat}&language=${words.language}`;
  const answer = await ask(`/page/panel?${query}`).catch(() => null);
  // What was asked later knows more; without a connection the page says so itself.
  if (answer === null || now !== turn || !isOpen) return;
  show(new DOMParser().parseFromString(answer.html, "text/html"));
}

function show(next) {
  if (!panel.firstElementChild) {
    panel.append(...next.body.children);
    panel.querySelector("h2").focus({ preventScroll: true });
    return;
  }
  const wanted = [...next.querySelectorAll("[data-section]")];
  for (const section of panel.querySelectorAll("[data-section]")) {
    if (!wanted.some((one) => one.dataset.section === section.dataset.section)) section.remove();
  }
  let before = panel.querySelector("header");
  for (const section of wanted) {
    const present = panel.querySelector(`[data-section="${section.dataset.section}"]`);
    // A button whose wish is on its way goes on showing that.
    if (present?.isEqualNode(section) || present?.querySelector("[aria-busy]")) {
      before = present;
      continue;
    }
    const focus = present?.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    if (present) present.replaceWith(section);
    else before.after(section);
    // A button that is gone has done its work: the heading of its section stays where it was.
    if (focus) (section.querySelector(focus) ?? section.querySelector("h3")).focus({ preventScroll: true });
    before = section;
  }
}

// By which selector a button is found again in a newer section.
function nameOf(node) {
  if (node.name) return `[name="${node.name}"]`;
  const marks = ["data-trouble", "data-times", "data-number", "data-jump"].filter((mark) => node.hasAttribute(mark));
  return marks.map((mark) => `[${mark}="${node.getAttribute(mark)}"]`).join("") || "h3";
}

// What came of a button, with the way to the chat where something was said.
function say(text, chat) {
  panel.querySelector("[data-said]").textContent = text;
  const button = panel.querySelector("[data-visit]");
  button.dataset.visit = chat ?? "";
  button.hidden = !chat || (!phone.matches && place().chat === Number(chat));
}

function visit(chat) {
  const address = `#${place().person}/${chat}`;
  if (phone.matches && address === location.hash) return close();
  if (!phone.matches) return location.assign(address);
  // The sheet's own entry becomes the chat's: Back leads to where one was before.
  history.replaceState(null, "", address);
  shut();
  dispatchEvent(new HashChangeEvent("hashchange"));
}

// One after the other: what is pressed while another wish is on its way waits for it.
function work(button, path, body) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  wishes = wishes.then(() => fulfil(button, path, body));
}

async function fulfil(button, path, body) {
  const answer = await tell(path, body).catch(() => null);
  button.removeAttribute("aria-busy");
  if (!isOpen) return;
  const { came = "", where } = button.dataset;
  if (answer) say(answer.said ?? came, where);
  else say(words.refused);
  if (answer?.chat) follow(answer.chat);
  await refresh();
}

// A group that became a supergroup goes on under another number.
function follow(chat) {
  moved.set(location.hash, `#${place().person}/${chat}`);
  goOn();
}

// The address before the sheet was opened still names the old group.
function goOn() {
  const address = moved.get(location.hash);
  if (!address) return;
  history.replaceState(history.state, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

function press(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { jump, trouble, times, number, visit: chat } = button.dataset;
  if (button.hasAttribute("data-more")) return showAll();
  if (button.hasAttribute("data-close")) return close();
  if (chat) return visit(chat);
  if (jump) return work(button, "/page/travel", { to: jump });
  // The form asks for the name first, and is sent by the key Enter, too.
  if (trouble && !button.form) return cause(button, { what: trouble, times, topic: number });
}

// All that is due, until the panel is closed.
function showAll() {
  panel.classList.add("whole");
  panel.querySelector("[data-due]:nth-child(6) button").focus();
}

function cause(button, { what, times = 1, topic = 0, name = "" }) {
  const { language } = words;
  const body = { what, language, name, times: Number(times), topic: Number(topic), ...place() };
  work(button, "/page/trouble", body);
}

function openTopic(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  cause(button, { what: button.dataset.trouble, name: form.elements.namedItem("name").value });
}

// --- opening and closing -------------------------------------------------------------------------

function settle() {
  panel.hidden = !isOpen;
  opener.setAttribute("aria-expanded", String(isOpen));
  document.body.classList.toggle("has-panel", isOpen);
  for (const node of behindSheet) node.inert = isOpen && phone.matches;
}

function open() {
  if (isOpen) return;
  isOpen = true;
  // On a phone the key Back closes the sheet, as it does in any messenger.
  if (phone.matches && !history.state?.panel) history.pushState({ panel: true }, "");
  settle();
  refresh();
}

function close() {
  if (phone.matches && history.state?.panel) history.back();
  else shut();
}

function shut() {
  if (!isOpen) return;
  isOpen = false;
  settle();
  panel.replaceChildren();
  panel.classList.remove("whole");
  opener.focus();
}

opener.addEventListener("click", () => (isOpen ? close() : open()));
panel.addEventListener("click", press);
panel.addEventListener("submit", openTopic);
document.addEventListener("keydown", (event) => {
  const isHere = phone.matches || panel.contains(event.target);
  if (event.key === "Escape" && isOpen && isHere && !document.querySelector("dialog[open]")) close();
});
addEventListener("popstate", () => {
  // On a desk every change of chat comes by here, and the panel stays beside the talk.
  if (history.state?.panel) open();
  else if (phone.matches) shut();
  goOn();
});
phone.addEventListener("change", settle);
document.addEventListener("visibilitychange", refresh);
document.addEventListener("shown", refresh);
setInterval(refresh, AGAIN);
if (history.state?.panel) open();
