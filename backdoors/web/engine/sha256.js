/**
 * SHA-256, as 64 hex digits (FIPS 180-4, section 6.2).
 *
 * Browsers have it built in, but only on https and on a machine's own addresses. In a classroom a page may come over http
 * from somebody's laptop; there the code below takes half a second for the largest file, 14 MB.
 *
 *     await sha256(bytes)     // "ba7816bf..."
 */

/** @param {Uint8Array} bytes */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return sha256Here(bytes);
  const digest = await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes));
  return hex(new Uint8Array(digest));
}

/** @param {Uint8Array} bytes */
export function sha256Here(bytes) {
  const { constants, state } = tables();
  const blocks = (bytes.length + 9 + 63) >> 6;
  const tail = new Uint8Array(128); // the last block or two: what is left, a bit, zeros, and the length in bits
  const whole = bytes.length >> 6;
  tail.set(bytes.subarray(whole << 6));
  tail[bytes.length & 63] = 0x80;
  const view = new DataView(tail.buffer);
  const end = (blocks - whole) << 6;
  view.setUint32(end - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(end - 4, bytes.length << 3);
  const words = new Int32Array(64);
  for (let block = 0; block < blocks; block++) {
    const [data, start] = block < whole ? [bytes, block << 6] : [tail, (block - whole) << 6];
    compress(state, words, constants, data, start);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return hex(new Uint8Array(digest.buffer));
}

/**
 * One block of 64 bytes.
 * @param {Int32Array} state is changed
 * @param {Int32Array} words room for the message schedule
 * @param {Int32Array} constants
 * @param {Uint8Array} data
 * @param {number} start
 */
function compress(state, words, constants, data, start) {
  for (let i = 0, at = start; i < 16; i++, at += 4) {
    words[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const [x, y] = [words[i - 15], words[i - 2]];
    const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + low + words[i - 7] + high;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
}

/**
 * To the right, in a circle.
 * @param {number} word
 * @param {number} bits
 */
function turn(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits behind the point: of the cube roots of the first 64 primes, and of the square roots of the first 8. */
function tables() {
  /** @type {number[]} */
  const primes = [];
  for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  const bits = (/** @type {number} */ root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  return {
    constants: Int32Array.from(primes, (prime) => bits(Math.cbrt(prime)) | 0),
    state: Int32Array.from(primes.slice(0, 8), (prime) => bits(Math.sqrt(prime)) | 0),
  };
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
