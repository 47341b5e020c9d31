// Fetches what /check needs offline, and believes none of it before it follows from what this device saw before:
// the log's key is pinned at first use, and every newer tree must be proven to begin with the older one.

import { FormatError, fromBase64, growsFrom, openNote, parseCheckpoint, parseKey, same, textOf } from "./note.mjs";
import { parseVoidList } from "./void-list.mjs";

/** The service could not be reached or did not answer as it should; what was kept stays good. `code` says which. */
export class Unreached extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** The log contradicts what this device saw: `kind` fork, shrunk, key or keys, with both sides as text. */
export class Alarm extends Error {
  constructor(kind, older, newer) {
    super(kind);
    Object.assign(this, { kind, older, newer });
  }
}

async function get(address, accept = "text/plain") {
  let answer;
  try {
    answer = await fetch(address, { cache: "no-store", headers: { Accept: accept }, credentials: "omit" });
  } catch {
    throw new Unreached("network");
  }
  if (!answer.ok) throw new Unreached("answer");
  return answer;
}

const getText = async (address) => (await get(address)).text();

async function getJson(address) {
  const answer = await get(address, "application/json");
  try {
    return await answer.json();
  } catch {
    throw new Unreached("answer");
  }
}

/** Whatever does not read as it should came from somebody else on the way, most likely. */
async function reading(act) {
  try {
    return await act();
  } catch (error) {
    throw error instanceof FormatError ? new Unreached("unsigned") : error;
  }
}

async function proof(older, newer) {
  if (older.size === newer.size) return [];
  const told = await getJson(`/log/consistency?old=${older.size}&new=${newer.size}`);
  if (!Array.isArray(told.proof)) throw new Unreached("answer");
  return reading(() => told.proof.map(fromBase64));
}

/** The larger of two trees, once the log has shown that it begins with the smaller; Alarm "fork" otherwise. */
async function following(held, seen) {
  if (!held) return seen;
  const [older, newer] = held.size <= seen.size ? [held, seen] : [seen, held];
  if (!growsFrom(older, newer, await proof(older, newer))) throw new Alarm("fork", held.note, seen.note);
  return newer;
}

/** A log that lost entries says so in public (epochs): its new name and key, and which checkpoint was lost. */
async function begunAnew(pinned, vkey, held) {
  const { epochs = [] } = await getJson("/log");
  const before = epochs.findIndex((one) => one.vkey === pinned);
  const now = epochs.findIndex((one) => one.vkey === vkey);
  const lost = before < 0 ? null : epochs[before + 1]?.lost;
  return now > before && lost && parseKey(vkey).name !== parseKey(pinned).name && (!held || held.size <= lost.size);
}

/** Every key of before with the same public part: a key id is never given to a second key. */
function checkKeys(before, after) {
  for (const old of before ?? []) {
    const found = after.find((one) => one.kid === old.kid);
    if (!found || found.x !== old.x) throw new Alarm("keys", JSON.stringify(old), JSON.stringify(found ?? null));
  }
}

/**
 * What is to be kept from now on: {vkey, checkpoint, list, keys, fetched, restarted}, notes as text. `state` is what
 * was kept, or null. Raises Unreached (keep the old) or Alarm (believe neither).
 */
export async function updated(state, now) {
  const vkey = (await getText("/log/key")).trim();
  const key = await reading(() => parseKey(vkey));
  const seen = async (note) => {
    const found = parseCheckpoint(await openNote(note, key));
    if (found.origin !== key.name) throw new FormatError("origin");
    return { ...found, note };
  };
  let kept = state;
  if (kept?.vkey && kept.vkey !== vkey) {
    const old = kept.checkpoint ? parseCheckpoint(textOf(kept.checkpoint)) : null;
    if (!(await begunAnew(kept.vkey, vkey, old))) throw new Alarm("key", kept.vkey, vkey);
    const restarted = { from: kept.vkey, to: vkey, note: kept.checkpoint, at: now };
    kept = { keys: kept.keys, restarted };
  }
  const listNote = await getText("/log/void-list");
  const checkpointNote = await getText("/log/checkpoint");
  const [held, list, checkpoint] = await reading(async () => [
    kept?.checkpoint ? await seen(kept.checkpoint) : null,
    { ...parseVoidList(await openNote(listNote, key)), note: listNote },
    await seen(checkpointNote),
  ]);
  if (list.origin !== key.name) throw new Unreached("unsigned");
  if (held && checkpoint.size < held.size) throw new Alarm("shrunk", held.note, checkpoint.note);
  if (held && checkpoint.size === held.size && !same(checkpoint.root, held.root))
    throw new Alarm("fork", held.note, checkpoint.note);
  await following(held, checkpoint);
  // The list may come from a cache on the way, and be a minute older or newer than the checkpoint.
  await following(list, checkpoint);
  const { keys } = await getJson("/.well-known/trace-keys.json");
  if (!Array.isArray(keys)) throw new Unreached("answer");
  checkKeys(kept?.keys, keys);
  const listHeld = kept?.list ? parseVoidList(textOf(kept.list)) : null;
  return {
    vkey,
    checkpoint: checkpointNote,
    // Nobody can bring back a list from before a recall by sending an old one again.
    list: listHeld && listHeld.made > list.made ? kept.list : listNote,
    keys,
    fetched: now,
    restarted: kept?.restarted ?? null,
  };
}
