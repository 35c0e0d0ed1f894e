/** Reads the golden files that `golden.py` wrote into the folder `GOLDEN`. */

import { readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = process.env.GOLDEN ?? "";

/**
 * @typedef {{ name: string, paper: number | undefined, pixels: { data: Uint8ClampedArray, width: number, height: number },
 *     prepared: Float32Array | null }} Case
 */

/**
 * @param {string} name
 * @param {number} length of a prepared picture, in values
 * @returns {Generator<Case>}
 */
export function* golden(name, length) {
  const entries = JSON.parse(read(`${name}.json`).toString());
  const pixels = read(`${name}.pixels`);
  const prepared = read(`${name}.prepared`);
  for (const entry of entries) {
    const bytes = pixels.subarray(entry.at, entry.at + 4 * entry.width * entry.height);
    const at = prepared.byteOffset + 4 * length * entry.prepared;
    yield {
      name: entry.name,
      paper: entry.paper ?? undefined,
      pixels: repeated(bytes, entry.width, entry.height, entry.repeat),
      prepared: entry.prepared === null ? null : new Float32Array(prepared.buffer.slice(at, at + 4 * length)),
    };
  }
}

/** @param {string} file */
function read(file) {
  return readFileSync(path.join(FOLDER, file));
}

/**
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} height
 * @param {number} times
 */
function repeated(bytes, width, height, times) {
  const size = { width: width * times, height: height * times };
  const data = new Uint8ClampedArray(4 * size.width * size.height);
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = 4 * (Math.floor(y / times) * width + Math.floor(x / times));
      for (let band = 0; band < 4; band++) data[at++] = bytes[from + band];
    }
  }
  return { data, ...size };
}
