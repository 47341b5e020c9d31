// The page /check: reads a label, gives the verdict an offline check can give, keeps what it needs fresh.
// All words stand in the page's <template>s, so that a language needs no change here.

import { Alarm, Unreached, updated } from "./check-update.mjs";
import { clear, load, save } from "./check-store.mjs";
import { fromCamera, fromFile } from "./check-read.mjs";
import { printed, readCode, signedBy } from "./item-code.mjs";
import { parseCheckpoint, textOf } from "./note.mjs";
import { parseVoidList } from "./void-list.mjs";

const HOUR = 3_600_000;
const OLD = 24 * HOUR;
const STALE = 7 * 24 * HOUR;
const JUST_NOW = HOUR / 6; // keys fetched so lately are all there are
const AGAIN = HOUR / 6;

const byId = (id) => document.getElementById(id);
const page = byId("check");
const language = document.documentElement.lang;
let state = null; // what is kept: see check-update.mjs; and `alarm`
let list = null; // the void list of it, read
let shown = null; // the label whose verdict is shown: {label} of readCode
let camera = null;

// Words

const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

function ago(moment) {
  const hours = (moment - Date.now()) / HOUR;
  if (Math.abs(hours) < 1) return relative.format(Math.round(hours * 60), "minute");
  if (Math.abs(hours) < 48) return relative.format(Math.round(hours), "hour");
  return relative.format(Math.round(hours / 24), "day");
}

/** A copy of a template with its slots filled with text. */
function words(id, slots = {}) {
  const copy = byId(id).content.cloneNode(true);
  for (const place of copy.querySelectorAll("[data-slot]")) {
    const value = slots[place.dataset.slot] ?? "";
    if (value instanceof Date) {
      place.textContent = dates.format(value);
      place.dateTime = value.toISOString();
    } else {
      place.textContent = value;
    }
  }
  const unseen = navigator.onLine ? "offline" : "online";
  copy.querySelectorAll(`[data-when="${unseen}"]`).forEach((one) => one.remove());
  return copy;
}

const show = (id, ...parts) => byId(id).replaceChildren(...parts);

// The verdict

function keyOf(label) {
  return state.keys.find((one) => Number(one.kid) === label.keyId);
}

async function verdictOn(label) {
  if (!label) return "malformed";
  if (!list) return "nodata";
  const jwk = keyOf(label);
  if (label.digits) {
    const known = Date.now() - state.fetched;
    if (!jwk) return known >= 0 && known < JUST_NOW ? "forged" : "unknown-key";
    if (!(await signedBy(label.digits, jwk))) return "forged";
  }
  const word = list.says(label);
  if (word && word !== "newer") return word;
  if (jwk?.status === "revoked" && !list.revokes(label.keyId)) return "revoked";
  if (!label.digits) return "short";
  return state.alarm ? "broken" : word || "good";
}

async function judge() {
  if (!shown) return;
  const { label } = shown;
  const found = await verdictOn(label);
  const age = list ? ageOf(list.made) : "";
  const tone = found === "good" && age !== "fresh" ? "unsure" : "sure";
  const parts = [words(`verdict-${found}`, { made: list?.made, keys: state && new Date(state.fetched) })];
  parts[0].firstElementChild.classList.add(tone);
  parts[0].firstElementChild.dataset.verdict = found;
  if (label?.prefix && label.prefix !== page.dataset.prefix && label.prefix !== `${location.origin}/c/`)
    parts.push(words("other-host", { host: label.prefix }));
  if (label && !label.digits && !["short", "nodata"].includes(found)) parts.push(words("digits-alone"));
  if (list && found !== "malformed") parts.push(words(`age-${age}`, { made: list.made, ago: ago(list.made) }));
  if (label) {
    const holder = state && keyOf(label)?.organisation;
    const genuine = label.digits && !["forged", "unknown-key", "nodata"].includes(found);
    parts.push(words(genuine && holder ? "facts" : "facts-bare", { number: printed(label.head), run: label.run, holder }));
    const link = parts[parts.length - 1].querySelector("a");
    const address = new URL(label.digits ? `/c/${label.digits}` : `/q?code=${label.head}`, location.href);
    const asked = new URLSearchParams(location.search).get("lang");
    if (asked) address.searchParams.set("lang", asked);
    if (link) link.href = address.href;
  }
  show("result", ...parts);
}

async function judgeText(text, from) {
  shown = { label: readCode(text) };
  if (!text && from === "photo") {
    shown = null;
    show("result", words("no-code"));
  }
  await judge();
  byId("result").scrollIntoView({ block: "nearest" });
}

// What is kept

function ageOf(moment) {
  const age = Date.now() - moment;
  if (age < -AGAIN) return "future";
  return age < OLD ? "fresh" : age < STALE ? "old" : "stale";
}

function tell(status) {
  const parts = [];
  if (list) {
    const { size } = parseCheckpoint(textOf(state.checkpoint));
    parts.push(words(`age-${ageOf(list.made)}`, { made: list.made, ago: ago(list.made) }));
    parts.push(words("kept", { keys: state.keys.length, fetched: new Date(state.fetched), size, vkey: state.vkey }));
  } else {
    parts.push(words("kept-nothing"));
  }
  show("data", ...parts);
  if (status) show("status", words(`status-${status}`));
  warn();
}

let warned = "";

/** The alarms; drawn only when they change, or screen readers would say them again and again. */
function warn() {
  const { alarm, restarted } = state ?? {};
  const now = JSON.stringify([alarm ?? null, restarted ?? null]);
  if (now === warned) return;
  warned = now;
  const parts = [];
  if (alarm) {
    const { kind, older, newer, at } = alarm;
    parts.push(words(`alarm-${kind}`), words("alarm-evidence", { older, newer, at: new Date(at) }));
  }
  if (restarted) {
    const { from, to, note, at } = restarted;
    parts.push(words("restarted", { from, to, note, at: new Date(at) }));
  }
  show("trouble", ...parts);
}

async function keep(next) {
  state = next;
  list = state?.list ? parseVoidList(textOf(state.list)) : null;
  try {
    await (state ? save(state) : clear());
  } catch {
    // A private window keeps nothing; the page works for as long as it is open.
    page.dataset.forgets = "yes";
  }
}

let running = null;

function refresh() {
  running ??= (async () => {
    tell("running");
    let status = "done";
    try {
      const next = await updated(state, Date.now());
      await keep({ ...next, alarm: state?.alarm ?? null });
    } catch (error) {
      if (error instanceof Alarm) {
        // The first contradiction is the evidence; what comes later does not overwrite it.
        const { kind, older, newer } = error;
        await keep({ ...state, alarm: state?.alarm ?? { kind, older, newer, at: Date.now() } });
        status = "alarm";
      } else if (error instanceof Unreached) {
        status = navigator.onLine || error.code !== "network" ? error.code : "offline";
      } else {
        throw error;
      }
    } finally {
      running = null;
    }
    tell(status);
    await judge();
  })();
  return running;
}

// Reading labels

function stopCamera() {
  camera?.stop();
  camera = null;
  byId("viewer").hidden = true;
}

async function startCamera() {
  if (camera) return stopCamera();
  show("result");
  byId("viewer").hidden = false;
  try {
    camera = await fromCamera(byId("video"));
  } catch {
    stopCamera();
    show("result", words("no-camera"));
    return;
  }
  const text = await camera.text;
  if (text) {
    stopCamera();
    await judgeText(text, "camera");
  }
}

function listen() {
  byId("camera").addEventListener("click", startCamera);
  byId("camera").hidden = !navigator.mediaDevices?.getUserMedia;
  byId("photo").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    stopCamera();
    show("result", words("reading"));
    await judgeText(await fromFile(file), "photo");
    target.value = "";
  });
  byId("typed").addEventListener("submit", async (event) => {
    event.preventDefault();
    stopCamera();
    await judgeText(byId("code").value, "typed");
  });
  byId("update").addEventListener("click", refresh);
  byId("trouble").addEventListener("click", async ({ target }) => {
    const act = target.closest("button")?.dataset.act;
    if (act === "seen") {
      await keep({ ...state, restarted: null });
      tell();
    }
    if (act === "forget") {
      await keep(null);
      await refresh();
    }
  });
  addEventListener("online", refresh);
  addEventListener("offline", () => {
    tell("offline");
    judge();
  });
  setInterval(() => (navigator.onLine ? refresh() : tell()), AGAIN);
}

async function start() {
  try {
    await keep(await load());
  } catch {
    await keep(null);
  }
  listen();
  page.hidden = false;
  tell();
  await refresh();
  page.dataset.ready = "yes";
  if (navigator.serviceWorker) {
    await navigator.serviceWorker.register("/sw.js", { scope: "/check" });
    await navigator.serviceWorker.ready;
    byId("installed").hidden = false;
  }
}

start();
