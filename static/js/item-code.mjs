// The item code (docs/code-format.md): the browser's side of labels/code.py and labels/digits.py.

import { verify } from "./ed25519.mjs";

const SIGNED = /(^|[^0-9])([0-9]{175})(?![0-9])/;
const LOOKALIKES = { O: "0", o: "0", "〇": "0", "○": "0", l: "1", I: "1", i: "1", "|": "1" };
const encoder = new TextEncoder();

/** ISO 7064 MOD 11,10 over the digits. */
export function checkDigit(head) {
  let product = 10;
  for (const digit of head) product = (2 * ((product + Number(digit)) % 10 || 10)) % 11;
  return String((11 - product) % 10);
}

/** The number as printed: five groups of four, a hyphen, the check digit. */
export const printed = (head) => `${head.match(/.{4}/g).join(" ")}-${checkDigit(head)}`;

function headOf(digits) {
  const [algorithm, keyId, run, item] = [[0, 1], [1, 6], [6, 14], [14, 20]].map(([from, to]) =>
    Number(digits.slice(from, to)),
  );
  return algorithm === 1 && keyId && run && item ? { keyId, run, item, head: digits.slice(0, 20) } : null;
}

/** Whether, typed in the five printed groups, a single one is not whole: then 20 digits may be the wrong ones. */
function oddGroup(groups) {
  const odd = groups.slice(0, 5).filter((group) => group.length !== 4);
  const whole = groups.length === 6 && groups[5].length === 1;
  const attached = groups.length === 5 && groups[4].length === 5;
  return odd.length === 1 && (whole || groups.length === 5) && !attached;
}

/**
 * What was scanned, pasted or typed: {keyId, run, item, head}, with `digits` where all 175 are there and `prefix`, what
 * stands before them in an address; null for what is no code of this format.
 */
export function readCode(text) {
  const folded = text.slice(0, 400).normalize("NFKC");
  const close = folded.replace(/\s/gu, "");
  const whole = SIGNED.exec(close);
  if (whole) {
    const digits = whole[2];
    const label = headOf(digits);
    const [, before] = /(https?:\/\/[^?#]*\/c\/)$/i.exec(close.slice(0, close.indexOf(digits))) ?? [];
    return label && { ...label, digits, prefix: before ?? "" };
  }
  const apart = folded.replace(/[\p{P}\p{Z}\p{C}]/gu, " ").replace(/[Oo〇○lIi|]/g, (sign) => LOOKALIKES[sign]);
  const groups = apart.split(/\s+/u).filter(Boolean);
  const plain = groups.join("");
  if (!/^[0-9]{20,21}$/.test(plain) || oddGroup(groups)) return null;
  if (plain.length === 21 && checkDigit(plain.slice(0, 20)) !== plain[20]) return null;
  return headOf(plain);
}

function base64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

/** Whether the JWK's key signed the 175 digits (a code that `readCode` gave). */
export async function signedBy(digits, jwk) {
  let value = BigInt(digits.slice(20));
  if (value >= 1n << 512n) return false;
  const signature = new Uint8Array(64);
  for (let at = 63; at >= 0; at--, value >>= 8n) signature[at] = Number(value & 255n);
  return verify(base64url(jwk.x), signature, encoder.encode(`trace-label-v1\n${digits.slice(0, 20)}`));
}
