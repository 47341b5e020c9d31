// Signed notes, verifier keys and checkpoints (C2SP signed-note, tlog-checkpoint), and proofs that a log has only grown
// (RFC 9162 section 2.1.4.2): the browser's side of trace/ledger/{note,checkpoint,merkle}.py.

import { verify } from "./ed25519.mjs";
import { sha256 } from "./sha256.mjs";

const ED25519 = 1;
const MAX_SIZE = 2n ** 63n - 1n;
const encoder = new TextEncoder();

/** What is not written as the format has it, or not signed by whom it should be. */
export class FormatError extends Error {}

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/** The bytes of canonical, padded base64; FormatError for any other spelling. */
export function fromBase64(text) {
  let raw;
  try {
    raw = atob(text);
  } catch {
    throw new FormatError("base64");
  }
  // atob forgives blanks, missing padding and unused bits; the formats do not.
  if (btoa(raw) !== text) throw new FormatError("base64");
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

/** A size from 0 to 2^63-1 in decimal, as a BigInt. */
export function wholeNumber(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) > MAX_SIZE) throw new FormatError("number");
  return BigInt(text);
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A verifier key: {name, id, raw, text}; FormatError unless it is of kind 0x01 and its id follows from the rest. */
export function parseKey(text) {
  const [, name, id, material] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? [];
  if (!name) throw new FormatError("key");
  const kindAndKey = fromBase64(material);
  const digest = sha256(joined(encoder.encode(`${name}\n`), kindAndKey)).subarray(0, 4);
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (kindAndKey.length !== 33 || kindAndKey[0] !== ED25519 || hex !== id) throw new FormatError("key");
  return { name, id: digest, raw: kindAndKey.subarray(1), text };
}

/** The text of a note, once exactly one signature by the key is there and right; FormatError otherwise. */
export async function openNote(note, key) {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(note)) throw new FormatError("note");
  const text = note.slice(0, at + 1);
  const found = [];
  for (const line of note.slice(at + 2, -1).split("\n")) {
    const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    if (!name) throw new FormatError("signature");
    const raw = fromBase64(encoded);
    if (name === key.name && same(raw.subarray(0, 4), key.id)) found.push(raw.subarray(4));
  }
  if (found.length !== 1) throw new FormatError("unsigned");
  if (!(await verify(key.raw, found[0], encoder.encode(text)))) throw new FormatError("signature");
  return text;
}

/** The text of a note whose signature was checked when it was kept. */
export const textOf = (note) => note.slice(0, note.lastIndexOf("\n\n") + 1);

/** A hash in base64: 32 bytes. */
export function hashOf(text) {
  const raw = fromBase64(text);
  if (raw.length !== 32) throw new FormatError("hash");
  return raw;
}

/** The checkpoint in a note's text: {origin, size, root}. */
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() || lines.includes("")) throw new FormatError("checkpoint");
  return { origin: lines[0], size: wholeNumber(lines[1]), root: hashOf(lines[2]) };
}

const node = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/** Whether the proof shows that the tree {size, root} `newer` begins with the tree `older`, which is not empty. */
export function growsFrom(older, newer, proof) {
  if (older.size < 1n || older.size > newer.size || proof.some((hash) => hash.length !== 32)) return false;
  if (older.size === newer.size) return !proof.length && same(older.root, newer.root);
  let path = older.size - 1n;
  let last = newer.size - 1n;
  while (path & 1n) [path, last] = [path >> 1n, last >> 1n];
  // A whole subtree needs no first hash of its own: it is the old root.
  const hashes = path ? [...proof] : [older.root, ...proof];
  if (!hashes.length) return false;
  let before = hashes[0];
  let after = hashes[0];
  for (const sibling of hashes.slice(1)) {
    if (last === 0n) return false;
    if (path & 1n || path === last) {
      before = node(sibling, before);
      after = node(sibling, after);
      while (path && !(path & 1n)) [path, last] = [path >> 1n, last >> 1n];
    } else {
      after = node(after, sibling);
    }
    [path, last] = [path >> 1n, last >> 1n];
  }
  return last === 0n && same(before, older.root) && same(after, newer.root);
}
