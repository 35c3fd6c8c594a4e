// Voice notes: recorded, and played in their bubbles.

import { make, words } from "./base.js";
import { length } from "./clock.js";
import { addressOf } from "./message.js";

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
let playing = null; // { key, sound }: one at a time
let recorder = null;

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

// --- recording ------------------------------------------------------------------------------------

// Begin to record; tells the seconds so far, four times a second. Fails where the browser forbids it.
export async function record(tellSeconds) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const begun = performance.now();
  const parts = [];
  const taken = new MediaRecorder(stream, { mimeType });
  const seconds = () => (performance.now() - begun) / 1000;
  const timer = setInterval(() => tellSeconds(seconds()), 250);
  taken.addEventListener("dataavailable", ({ data }) => parts.push(data));
  taken.addEventListener("stop", () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
  });
  taken.start();
  recorder = { taken, parts, seconds };
}

export const isRecording = () => recorder !== null;

// End the recording and return it; it is thrown away by whoever does not send it.
export async function endRecording() {
  const { taken, parts, seconds } = recorder;
  recorder = null;
  const lasted = seconds();
  await new Promise((done) => {
    taken.addEventListener("stop", done, { once: true });
    taken.stop();
  });
  return fromBlob(new Blob(parts, { type: taken.mimeType }), Math.max(1, lasted));
}

const fromBlob = (blob, seconds) => ({ kind: "voice", blob, name: "", seconds, url: URL.createObjectURL(blob) });

// A sound that was chosen as a file, with its length.
export async function fromFile(file) {
  const found = fromBlob(file, 0);
  const sound = new Audio(found.url);
  await new Promise((done, fail) => {
    sound.addEventListener("loadedmetadata", done, { once: true });
    sound.addEventListener("error", fail, { once: true });
  });
  found.seconds = Number.isFinite(sound.duration) ? sound.duration : 0;
  return found;
}

// --- playing --------------------------------------------------------------------------------------

export function voiceNode(message) {
  const { seconds } = message.voice;
  const label = words.voice_length.replace("{length}", length(seconds));
  const button = make("button", { type: "button", class: "play", "data-play": true });
  const done = make("span", { class: "done" });
  const time = make("span", { class: "length" }, length(seconds));
  const show = (sound) => {
    const isPlaying = sound !== undefined && !sound.paused;
    button.textContent = isPlaying ? "❚❚" : "▶";
    button.setAttribute("aria-label", `${isPlaying ? words.pause : words.play}: ${label}`);
    done.style.inlineSize = sound ? `${Math.min(100, (100 * sound.currentTime) / Math.max(seconds, 0.1))}%` : "0";
    time.textContent = length(sound && !sound.ended && sound.currentTime > 0 ? sound.currentTime : seconds);
  };
  const watch = (sound) => {
    for (const name of ["play", "pause", "timeupdate", "ended"]) sound.addEventListener(name, () => show(sound));
    show(sound);
  };
  button.addEventListener("click", () => {
    if (playing?.key !== message.key) {
      playing?.sound.pause();
      playing = { key: message.key, sound: new Audio(addressOf(message.voice)) };
      watch(playing.sound);
    }
    if (playing.sound.paused) playing.sound.play().catch(() => show(playing.sound));
    else playing.sound.pause();
  });
  // A bubble that is drawn anew while it plays goes on showing how far it is.
  if (playing?.key === message.key) watch(playing.sound);
  else show();
  return make("div", { class: "voice", "data-voice": Math.round(seconds) }, button, make("span", { class: "track", "aria-hidden": "true" }, done), time);
}
