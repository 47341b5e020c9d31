// SHA-512 (FIPS 180-4) for pages that come over plain http, where the browser keeps its own from scripts.

const MASK = (1n << 64n) - 1n;

function rootOf(value, degree) {
  let low = 0n;
  let high = value;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

function firstPrimes(count) {
  const primes = [];
  for (let number = 2; primes.length < count; number++) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  return primes.map(BigInt);
}

// Sections 4.2.3 and 5.3.5: the first 64 bits of the fractions of the cube and square roots of the first primes.
const PRIMES = firstPrimes(80);
const ROUND = PRIMES.map((prime) => rootOf(prime << 192n, 3n) & MASK);
const START = PRIMES.slice(0, 8).map((prime) => rootOf(prime << 128n, 2n) & MASK);

const turned = (word, by) => ((word >> by) | (word << (64n - by))) & MASK;

function padded(message) {
  const whole = new Uint8Array(Math.ceil((message.length + 17) / 128) * 128);
  whole.set(message);
  whole[message.length] = 0x80;
  // 2^53 bytes are more than a browser holds, so the upper half of the 128-bit length stays 0.
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(message.length) * 8n);
  return new DataView(whole.buffer);
}

function schedule(view, start) {
  const words = [];
  for (let t = 0; t < 16; t++) words.push(view.getBigUint64(start + 8 * t));
  for (let t = 16; t < 80; t++) {
    const [a, b] = [words[t - 15], words[t - 2]];
    const small0 = turned(a, 1n) ^ turned(a, 8n) ^ (a >> 7n);
    const small1 = turned(b, 19n) ^ turned(b, 61n) ^ (b >> 6n);
    words.push((words[t - 16] + small0 + words[t - 7] + small1) & MASK);
  }
  return words;
}

function compressed(state, words) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 80; t++) {
    const big1 = turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n);
    const choice = (e & f) ^ (~e & MASK & g);
    const first = h + big1 + choice + ROUND[t] + words[t];
    const big0 = turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & MASK, c, b, a, (first + big0 + majority) & MASK];
  }
  return [a, b, c, d, e, f, g, h].map((word, at) => (word + state[at]) & MASK);
}

/** The 64-byte digest of a Uint8Array. */
export function sha512(message) {
  const view = padded(message);
  let state = START;
  for (let start = 0; start < view.byteLength; start += 128) state = compressed(state, schedule(view, start));
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, at) => digest.setBigUint64(8 * at, word));
  return new Uint8Array(digest.buffer);
}
