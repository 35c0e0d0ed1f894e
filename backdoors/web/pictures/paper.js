/**
 * The brightness of the bare paper at each pixel of a photographed or scanned drawing.
 *
 * A quadratic surface is fitted to the frame of the picture: it follows light that falls from one side, and a lens that
 * darkens the corners. Strokes that cross the frame are left out of the fit. The same as `_paper` in
 * `backdoors/pictures/digit.py`.
 */

import { median, roundHalfToEven } from "./statistics.js";

/** Of full scale, which is 255: the noise of paper, sensors and JPEG stays below, a pencil stroke is above. */
export const LEAST_CONTRAST = 0.12;

const MOST_NOISE = 255 * LEAST_CONTRAST;
const TERMS = 6; // 1, y, x, y y, y x, x x

/**
 * @param {Float32Array} grey brightness, 0 to 255, row by row
 * @param {number} width
 * @param {number} height
 * @returns {Float32Array}
 */
export function paperOf(grey, width, height) {
  const frame = frameOf(width, height);
  const values = Float32Array.from(frame, (at) => grey[at]);
  const paper = new Float32Array(width * height);
  if (values.every((value) => value === values[0])) return paper.fill(values[0]); // drawn by a program

  const terms = termsOf(frame, width, height);
  const middle = median(values.slice());
  let keep = Uint8Array.from(values, (value) => Number(Math.abs(value - middle) <= MOST_NOISE));
  let surface = new Float64Array(TERMS);
  for (let round = 0; round < 3; round++) {
    const before = keep;
    surface = fit(terms, values, keep);
    keep = Uint8Array.from(values, (value, i) => Number(Math.abs(value - at(surface, terms, i)) <= MOST_NOISE));
    if (keep.every((kept, i) => kept === before[i])) break;
  }
  const [c, cy, cx, cyy, cxy, cxx] = surface;
  for (let row = 0, pixel = 0; row < height; row++) {
    const y = coordinate(row, height);
    const [level, slope] = [c + cy * y + cyy * y * y, cx + cxy * y];
    for (let column = 0; column < width; column++, pixel++) {
      const x = coordinate(column, width);
      paper[pixel] = level + (slope + cxx * x) * x;
    }
  }
  return paper;
}

/**
 * The places of the pixels of the frame, which is 3% of the shorter side wide.
 * @param {number} width
 * @param {number} height
 */
function frameOf(width, height) {
  const border = Math.max(1, roundHalfToEven(0.03 * Math.min(width, height)));
  const frame = [];
  for (let y = 0; y < height; y++) {
    const edge = y < border || y >= height - border;
    for (let x = 0; x < width; x++) {
      if (edge || x < border || x >= width - border) frame.push(y * width + x);
    }
  }
  return frame;
}

/**
 * The terms of the surface at each pixel of the frame, six after six.
 * @param {number[]} frame
 * @param {number} width
 * @param {number} height
 */
function termsOf(frame, width, height) {
  const terms = new Float64Array(TERMS * frame.length);
  frame.forEach((pixel, i) => {
    const x = coordinate(pixel % width, width);
    const y = coordinate(Math.floor(pixel / width), height);
    terms.set([1, y, x, y * y, y * x, x * x], TERMS * i);
  });
  return terms;
}

/**
 * From -1 for the first row or column to 1 for the last.
 * @param {number} place
 * @param {number} length
 */
function coordinate(place, length) {
  return (2 * place) / (length - 1) - 1;
}

/**
 * The surface with the least squared distance to the kept values: normal equations, 6x6.
 * @param {Float64Array} terms
 * @param {Float32Array} values
 * @param {Uint8Array} keep
 */
function fit(terms, values, keep) {
  const rows = Array.from({ length: TERMS }, () => new Float64Array(TERMS + 1));
  for (let i = 0; i < values.length; i++) {
    if (!keep[i]) continue;
    for (let row = 0; row < TERMS; row++) {
      const term = terms[TERMS * i + row];
      for (let column = 0; column < TERMS; column++) rows[row][column] += term * terms[TERMS * i + column];
      rows[row][TERMS] += term * values[i];
    }
  }
  return solve(rows);
}

/**
 * Gauss-Jordan elimination with pivoting. What the kept pixels do not determine stays 0.
 * @param {Float64Array[]} rows of the matrix, each with its right side behind it; are changed
 */
function solve(rows) {
  const least = 1e-12 * Math.max(...rows.map((row, i) => row[i]));
  const solution = new Float64Array(TERMS);
  const pivots = [];
  for (let column = 0; column < TERMS; column++) {
    const done = pivots.length;
    let best = done;
    for (let row = done; row < TERMS; row++) if (Math.abs(rows[row][column]) > Math.abs(rows[best][column])) best = row;
    if (Math.abs(rows[best][column]) <= least) continue;
    [rows[done], rows[best]] = [rows[best], rows[done]];
    for (let row = 0; row < TERMS; row++) {
      if (row === done) continue;
      const factor = rows[row][column] / rows[done][column];
      for (let i = column; i <= TERMS; i++) rows[row][i] -= factor * rows[done][i];
    }
    pivots.push(column);
  }
  pivots.forEach((column, row) => (solution[column] = rows[row][TERMS] / rows[row][column]));
  return solution;
}

/**
 * The surface at the i-th pixel of the frame.
 * @param {Float64Array} surface
 * @param {Float64Array} terms
 * @param {number} i
 */
function at(surface, terms, i) {
  let sum = 0;
  for (let term = 0; term < TERMS; term++) sum += surface[term] * terms[TERMS * i + term];
  return sum;
}
