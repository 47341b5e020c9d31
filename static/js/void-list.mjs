// The void list (docs/log-format.md): the browser's side of trace/ledger/void_list.py.

import { FormatError, hashOf, wholeNumber } from "./note.mjs";

const SUFFIX = "/void-list";
const STOPS = ["recalled", "void", "frozen", "inactive"];
const MOST = { revoked: 99999, kept: 99999999, run: 99999999, item: 999999 };

const within = (spans, wanted) => spans.some(([first, last]) => first <= wanted && wanted <= last);

function smallNumber(text, most) {
  const found = Number(wholeNumber(text));
  if (found < 1 || found > most) throw new FormatError("number");
  return found;
}

/** Adds a range behind those of its run; ranges stand in order with a gap between. */
function add(byNumber, number, first, last) {
  const spans = byNumber.get(number) ?? [];
  if (last < first || (spans.length && first <= spans[spans.length - 1][1] + 1)) throw new FormatError("range");
  byNumber.set(number, [...spans, [first, last]]);
}

/** The list in a note's text: {origin, made (Date), size, root, newestRun, says}; FormatError for any other spelling. */
export function parseVoidList(text) {
  const lines = text.split("\n");
  if (lines.length < 6 || lines.pop() || !lines[0].endsWith(SUFFIX)) throw new FormatError("list");
  const made = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(lines[1]) ? new Date(lines[1]) : null;
  // Date reads the 30th of February as a day in March.
  if (!made || Number.isNaN(made.valueOf()) || made.toISOString() !== lines[1].replace("Z", ".000Z"))
    throw new FormatError("date");
  const revoked = new Map();
  const stops = Object.fromEntries(STOPS.map((word) => [word, new Map()]));
  let before = [-1, 0, 0, 0];
  for (const line of lines.slice(5)) {
    const [word, ...rest] = line.split(" ");
    let place;
    if (word === "revoked" && rest.length === 1) {
      const key = smallNumber(rest[0], MOST.revoked);
      if (revoked.has(key)) throw new FormatError("order");
      revoked.set(key, []);
      place = [0, key, 0];
    } else if (word === "kept" && rest.length === 3) {
      const [key, first, last] = rest.map((part) => smallNumber(part, MOST.kept));
      if (!revoked.has(key)) throw new FormatError("order");
      add(revoked, key, first, last);
      place = [0, key, first];
    } else if (STOPS.includes(word) && rest.length === 3) {
      const run = smallNumber(rest[0], MOST.run);
      const [first, last] = rest.slice(1).map((part) => smallNumber(part, MOST.item));
      add(stops[word], run, first, last);
      place = [1 + STOPS.indexOf(word), run, first];
    } else {
      throw new FormatError("line");
    }
    const differs = place.findIndex((value, at) => value !== before[at]);
    if (differs < 0 || place[differs] < before[differs]) throw new FormatError("order");
    before = place;
  }
  const newestRun = Number(wholeNumber(lines[4]));
  const size = wholeNumber(lines[2]);
  if (size < 1n || newestRun > MOST.run) throw new FormatError("number");
  return {
    origin: lines[0].slice(0, -SUFFIX.length),
    made,
    size,
    root: hashOf(lines[3]),
    newestRun,
    revokes: (keyId) => revoked.has(keyId),
    /** What stops a label: the first of these words that holds, "newer" than the list, or "" for nothing known. */
    says({ keyId, run, item }) {
      if (revoked.has(keyId) && !within(revoked.get(keyId), run)) return "revoked";
      const word = STOPS.find((stop) => within(stops[stop].get(run) ?? [], item));
      return word ?? (run > newestRun ? "newer" : "");
    },
  };
}
