// Ed25519 (RFC 8032) under one strict rule, the same as the server's (trace/ledger/ed25519.py): key and R are canonical
// encodings of points, neither of small order, S is below the group order, and the equation is without the cofactor.
// Browsers differ in all of these, so the rule is checked here before either verifier is asked.

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
const SIGN_BIT = 1n << 255n;
const ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
// y of the eight points whose order divides 8; x does not matter.
const SMALL_ORDER_Y = [0n, 1n, P - 1n, ORDER_8_Y, P - ORDER_8_Y];

function littleEndian(bytes) {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]);
  return value;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = base % P; exponent > 0n; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) result = (result * square) % P;
  }
  return result;
}

// RFC 8032, 5.1.3: y below p, on the curve, and (beyond the RFC) not of small order.
function isPoint(bytes) {
  const y = littleEndian(bytes) & (SIGN_BIT - 1n);
  if (y >= P || SMALL_ORDER_Y.includes(y)) return false;
  return power((y * y - 1n + P) * (D * y * y + 1n), (P - 1n) / 2n) === 1n;
}

async function byWebCrypto(publicKey, signature, message) {
  const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}

async function byFallback(publicKey, signature, message) {
  const [{ Point }, { sha512 }] = await Promise.all([
    import("../vendor/noble-ed25519/noble-ed25519.mjs"),
    import("./sha512.mjs"),
  ]);
  const joined = new Uint8Array(64 + message.length);
  joined.set(signature.subarray(0, 32));
  joined.set(publicKey, 32);
  joined.set(message, 64);
  const challenge = littleEndian(sha512(joined)) % L;
  const s = littleEndian(signature.subarray(32));
  // The package's own verify() multiplies by the cofactor; the server and WebCrypto do not.
  const key = Point.fromBytes(publicKey);
  const expected = Point.BASE.multiply(s, false).subtract(key.multiply(challenge, false)).toBytes();
  return expected.every((byte, at) => byte === signature[at]);
}

let native; // whether this browser's WebCrypto knows Ed25519; asked once

export function hasWebCrypto() {
  native ??= (async () => {
    // Outside https and localhost there is no crypto.subtle at all.
    if (!globalThis.crypto?.subtle) return false;
    const base = new Uint8Array(32).fill(0x66);
    base[0] = 0x58;
    try {
      await crypto.subtle.importKey("raw", base, { name: "Ed25519" }, false, ["verify"]);
      return true;
    } catch {
      return false;
    }
  })();
  return native;
}

/**
 * Whether the holder of the key made this signature over the message; all three are Uint8Array.
 * False for a key or signature of the wrong length or form. `webCrypto: false` uses the fallback even where the
 * browser could do it.
 */
export async function verify(publicKey, signature, message, { webCrypto = true } = {}) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isPoint(publicKey) || !isPoint(signature.subarray(0, 32))) return false;
  if (littleEndian(signature.subarray(32)) >= L) return false;
  const by = webCrypto && (await hasWebCrypto()) ? byWebCrypto : byFallback;
  return by(publicKey, signature, message);
}
