// The playground's clock: how times are written, and travelling.

import { seen, stale, tell, words } from "./base.js";
import { attempt, sayToast } from "./toast.js";
import { view } from "./view.js";

// No browser writes dates in every language: where it cannot, the page has the names.
const locale = words.language === "en" ? "en-GB" : words.language;
const isKnownToBrowser = Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
const usesOwnNames = !isKnownToBrowser && words.weekdays.length > 0;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function written(iso, months) {
  const wanted = { weekday: "short", day: "numeric", month: "numeric", year: "numeric" };
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: view.state.zone, ...wanted });
  const found = Object.fromEntries(format.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
  const weekday = words.weekdays[WEEKDAYS.indexOf(found.weekday)];
  return { day: `${weekday} ${found.day} ${months[found.month - 1]}`, year: found.year };
}

function formatted(iso, options) {
  const format = new Intl.DateTimeFormat(locale, { timeZone: view.state.zone, ...options });
  return format
    .formatToParts(new Date(iso))
    .map((part, index, parts) => {
      const after = index > 0 && parts[index - 1].type === "weekday";
      return after && part.type === "literal" ? " " : part.value;
    })
    .join("");
}

export const clockTime = (iso) => formatted(iso, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function fullDay(iso) {
  if (!usesOwnNames) {
    return formatted(iso, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  }
  const { day, year } = written(iso, words.short_months);
  return `${day} ${year}`;
}

export function dayOf(iso) {
  if (!usesOwnNames) return formatted(iso, { weekday: "long", day: "numeric", month: "long" });
  return written(iso, words.months).day;
}

// A day of the list of chats: the month is enough there.
export function shortDay(iso) {
  if (!usesOwnNames) return formatted(iso, { day: "numeric", month: "short" });
  return written(iso, words.short_months).day.replace(/^\S+ /, "");
}

export const sameDay = (one, other) => fullDay(one) === fullDay(other);

// A length in seconds as minutes and seconds.
export const length = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

// The server is asked to travel: news that were on their way before do not know it yet.
let isTravelling = false;

export function showClock() {
  const isBusy = view.state.travelling || isTravelling;
  const node = seen("now");
  node.textContent = `${fullDay(view.state.now)}, ${clockTime(view.state.now)}`;
  node.dateTime = view.state.now;
  for (const button of document.querySelectorAll("[data-travel]")) {
    button.disabled = isBusy;
    if (!isBusy) button.removeAttribute("aria-busy");
  }
  seen("clock").setAttribute("aria-busy", String(isBusy));
}

export async function travel(button) {
  button.setAttribute("aria-busy", "true");
  isTravelling = true;
  showClock();
  const wish = button.dataset.travel;
  const body = wish === "due" ? {} : { seconds: Number(wish) };
  const done = await attempt(() => tell("/page/travel", body));
  isTravelling = false;
  view.state.travelling = false;
  if (done) {
    view.state.now = done.now;
    if (!done.due) sayToast(words.nothing_due);
  }
  showClock();
  // A disabled button loses the focus; who travels by keyboard goes on from here.
  if (document.activeElement === document.body) button.focus();
  stale();
}
