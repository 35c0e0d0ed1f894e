/**
 * Strokes of a pen or an eraser, and the short text that a link holds them in.
 *
 * Points lie on a grid of half pixels, so what a link brings back is the same drawing, pixel for pixel. In the text, which
 * is base64url, a stroke is: its tool (0 or 1), the number of its points (2 bytes), its first point (2 bytes each for x
 * and y), and the steps to the next ones (1 byte each way).
 *
 * @typedef {{ erases: boolean, points: [number, number][] }} Stroke points in pixels of the pad
 */

/** The pad's side in pixels. */
export const SIDE = 320;

/** The pen's width in pixels of the pad; scaled down it is about as wide as MNIST's strokes. */
export const PEN = 25;

const GRID = 2; // steps in a pixel
const LONGEST = 127; // a step; longer ones are cut into several
const MOST_TEXT = 80_000; // characters; a link comes from a stranger, and browsers cut longer ones
const MOST_STEPS = 65_535; // of a stroke

/** @param {number} place */
export function snapped(place) {
  return Math.round(Math.min(SIDE, Math.max(0, place)) * GRID) / GRID;
}

/**
 * @param {Stroke[]} strokes
 * @returns {string | null} null where it would be too long for a link
 */
export function written(strokes) {
  const bytes = [];
  for (const { erases, points } of strokes) {
    const steps = stepsOf(points);
    if (steps.length > MOST_STEPS || bytes.length > MOST_TEXT) return null;
    const [x, y] = points[0].map((place) => Math.round(place * GRID));
    bytes.push(erases ? 1 : 0, ...two(steps.length), ...two(x), ...two(y), ...steps.flat().map((step) => step & 255));
  }
  if (bytes.length > (3 * MOST_TEXT) / 4) return null;
  const text = btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * @param {string} text
 * @returns {Stroke[]} empty where the text is no drawing
 */
export function read(text) {
  if (text.length > MOST_TEXT || !/^[\w-]*$/.test(text)) return [];
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  } catch {
    return [];
  }
  const strokes = [];
  for (let at = 0; at + 7 <= bytes.length; ) {
    const [count, x, y] = [1, 3, 5].map((offset) => 256 * bytes[at + offset] + bytes[at + offset + 1]);
    const end = at + 7 + 2 * count;
    if (bytes[at] > 1 || end > bytes.length) return [];
    let [across, down] = [x, y];
    /** @type {[number, number][]} */
    const points = [[snapped(across / GRID), snapped(down / GRID)]];
    for (let step = at + 7; step < end; step += 2) {
      across += (bytes[step] << 24) >> 24;
      down += (bytes[step + 1] << 24) >> 24;
      points.push([snapped(across / GRID), snapped(down / GRID)]);
    }
    strokes.push({ erases: bytes[at] === 1, points });
    at = end;
  }
  return strokes;
}

/**
 * @param {[number, number][]} points
 * @returns {[number, number][]} in steps of the grid
 */
function stepsOf(points) {
  /** @type {[number, number][]} */
  const steps = [];
  for (let i = 1; i < points.length; i++) {
    const [x, y] = [0, 1].map((axis) => Math.round((points[i][axis] - points[i - 1][axis]) * GRID));
    const pieces = Math.max(1, Math.ceil(Math.max(Math.abs(x), Math.abs(y)) / LONGEST));
    for (let piece = 1; piece <= pieces; piece++) {
      steps.push([part(x, piece, pieces), part(y, piece, pieces)]);
    }
  }
  return steps;
}

/**
 * The i-th of several whole steps that add up to the whole.
 * @param {number} whole
 * @param {number} piece from 1
 * @param {number} pieces
 */
function part(whole, piece, pieces) {
  return Math.round((whole * piece) / pieces) - Math.round((whole * (piece - 1)) / pieces);
}

/** @param {number} number */
function two(number) {
  return [number >> 8, number & 255];
}
