/**
 * Preparing a digit that was drawn, scanned or photographed: in the format of MNIST, as `prepare_digit` does in Python.
 *
 * White on black, the longest side scaled to 20 pixels, the centre of mass in the middle of 28x28 pixels. The models were
 * trained on this format alone. Python's file, `backdoors/pictures/digit.py`, has the reasons for each step.
 *
 *     const digit = prepareDigit(context.getImageData(0, 0, 320, 320), { paper: 0 });   // null if nothing is drawn
 */

import { LEAST_CONTRAST, paperOf } from "./paper.js";
import { BOX, TRIANGLE, resize } from "./resize.js";
import { cellOf, removeSpecks } from "./specks.js";
import { above, max, median, roundHalfToEven, sum } from "./statistics.js";

/**
 * What a model takes: `data` holds its channels one after the other, each row by row, with values from 0 to 1.
 * @typedef {{ data: Float32Array, channels: number, size: number }} Prepared
 *
 * Pixels as a canvas gives them: red, green, blue and alpha, 0 to 255.
 * @typedef {{ data: Uint8ClampedArray, width: number, height: number }} Pixels
 *
 * One value for each pixel, row by row.
 * @typedef {{ data: Float32Array, width: number, height: number }} Sheet
 */

const SIZE = 28;
const LONGEST = 20; // of a digit; MNIST's were scaled to fit 20x20 within 28x28
const CENTRE = 14.5; // of mass, in pixels from the edge: the mean over MNIST

const FULL = 255; // the brightest grey
const WORKING_SIDE = 560; // pixels; larger pictures are reduced to this
const INK_FLOOR = 0.08; // of the stroke's level; the grain of paper and JPEG stays below
const TIE = 1e-4; // pixels: a centre between two pixels goes to the lower one, whatever the rounding of a sum
const EDGE = 0.25; // of the stroke's level; a digit begins where the ink is darker

/**
 * @param {Pixels} pixels
 * @param {{ paper?: number }} [known] the brightness of the bare paper, 0 to 1; estimated where it is not given
 * @returns {Prepared | null} 28x28, one channel; null if nothing is drawn
 */
export function prepareDigit(pixels, { paper } = {}) {
  const ink = inkOf(greyOf(pixels), paper);
  const box = ink && boxOf(ink);
  if (!ink || !box) return null;

  const tall = box.bottom - box.top;
  const wide = box.right - box.left;
  const scale = LONGEST / Math.max(tall, wide);
  const size = { height: Math.min(LONGEST, Math.ceil(tall * scale)), width: Math.min(LONGEST, Math.ceil(wide * scale)) };
  // The result has whole pixels and one scale for both sides, so the box that is cut out grows a little.
  const border = Math.ceil(1 / scale);
  const top = border + box.top + tall / 2 - size.height / scale / 2;
  const left = border + box.left + wide / 2 - size.width / scale / 2;
  const part = { left, top, right: left + size.width / scale, bottom: top + size.height / scale };
  const padded = pad(ink, border);
  const scaled = resize(padded.data, padded, { ...size, filter: TRIANGLE, box: part });

  const down = offset(profile(scaled, size, "rows"));
  const across = offset(profile(scaled, size, "columns"));
  const data = new Float32Array(SIZE * SIZE);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      data[(y + down) * SIZE + x + across] = Math.min(1, Math.max(0, scaled[y * size.width + x]));
    }
  }
  return { data, channels: 1, size: SIZE };
}

/**
 * Brightness, 0 to 255, the longest side at most `WORKING_SIDE`. Transparent pixels are paper: white under dark ink, black
 * under light ink.
 * @param {Pixels} pixels
 * @returns {Sheet}
 */
function greyOf({ data, width, height }) {
  const visible = new Float32Array(width * height);
  let opaque = true;
  for (let i = 0, at = 0; i < visible.length; i++, at += 4) {
    // ITU-R 601, as Pillow rounds it
    const grey = (data[at] * 19595 + data[at + 1] * 38470 + data[at + 2] * 7471 + 0x8000) >> 16;
    const alpha = data[at + 3];
    if (alpha === 255) {
      visible[i] = grey;
    } else {
      visible[i] = Math.round((grey * alpha) / 255);
      opaque = false;
    }
  }
  const weight = opaque ? visible : Float32Array.from(visible, (_, i) => data[4 * i + 3]);
  const shown = reduced(visible, width, height);
  if (opaque) return shown;
  const alpha = reduced(weight, width, height).data;
  if (sum(shown.data) <= 0.5 * sum(alpha)) for (let i = 0; i < alpha.length; i++) shown.data[i] += FULL - alpha[i];
  return shown;
}

/**
 * @param {Float32Array} data 0 to 255
 * @param {number} width
 * @param {number} height
 * @returns {Sheet}
 */
function reduced(data, width, height) {
  const scale = WORKING_SIDE / Math.max(width, height);
  if (scale >= 1) return { data, width, height };
  const size = { width: Math.max(1, roundHalfToEven(width * scale)), height: Math.max(1, roundHalfToEven(height * scale)) };
  return { data: resize(data, { width, height }, { ...size, filter: BOX, bytes: true }), ...size };
}

/**
 * The ink at each pixel, 0 for paper and 1 for the stroke's level, of the part of the sheet where ink is; null if nothing
 * is drawn.
 * @param {Sheet} grey 0 to 255; is changed
 * @param {number | undefined} known the brightness of the paper, 0 to 1
 */
function inkOf(grey, known) {
  const { data, width, height } = grey;
  if (known === undefined) subtract(data, paperOf(data, width, height));
  else if (known !== 0) for (let i = 0; i < data.length; i++) data[i] -= FULL * known;
  if (sum(data) < 0) for (let i = 0; i < data.length; i++) data[i] = -data[i]; // more darker pixels than lighter ones
  const cell = cellOf(width, height);
  const ink = cropped(grey, cell);
  const most = ink && max(ink.data);
  if (!ink || !most || most < FULL * LEAST_CONTRAST) return null;
  const level = median(above(ink.data, 0.5 * most));
  const [factor, floor] = [1 / (level * (1 - INK_FLOOR)), INK_FLOOR / (1 - INK_FLOOR)];
  for (let i = 0; i < ink.data.length; i++) {
    const value = ink.data[i] * factor - floor;
    ink.data[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
  removeSpecks(ink, cell, EDGE);
  return ink;
}

/**
 * @param {Float32Array} values are changed
 * @param {Float32Array} others
 */
function subtract(values, others) {
  for (let i = 0; i < values.length; i++) values[i] -= others[i];
}

/**
 * The part that holds all positive values; the others in it become 0.
 * @param {Sheet} sheet
 * @param {number} step the part begins at multiples of it
 * @returns {Sheet | null} null if there are none
 */
function cropped({ data, width, height }, step) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let y = 0; y < height; y++) {
    // From both ends of the row: what lies between them need not be looked at.
    const [start, end] = [y * width, (y + 1) * width];
    let at = start;
    while (at < end && !(data[at] > 0)) at++;
    if (at === end) continue;
    if (at - start < left) left = at - start;
    at = end - 1;
    while (!(data[at] > 0)) at--;
    if (at - start >= right) right = at - start + 1;
    if (y < top) top = y;
    bottom = y + 1;
  }
  if (!bottom) return null;
  left -= left % step;
  top -= top % step;
  const size = { width: right - left, height: bottom - top };
  const part = new Float32Array(size.width * size.height);
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let from = (y + top) * width + left, x = 0; x < size.width; x++, at++, from++) {
      if (data[from] > 0) part[at] = data[from];
    }
  }
  return { data: part, ...size };
}

/**
 * The box around the ink that is darker than its edge; null if there is none.
 * @param {Sheet} ink
 */
function boxOf({ data, width, height }) {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (data[at] <= EDGE) continue;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      box.bottom = y + 1;
    }
  }
  return box.bottom ? box : null;
}

/**
 * @param {Sheet} ink
 * @param {number} border pixels without ink on every side
 */
function pad({ data, width, height }, border) {
  const size = { width: width + 2 * border, height: height + 2 * border };
  const padded = new Float32Array(size.width * size.height);
  for (let y = 0; y < height; y++) {
    padded.set(data.subarray(y * width, (y + 1) * width), (y + border) * size.width + border);
  }
  return { data: padded, ...size };
}

/**
 * The ink in each row or in each column.
 * @param {Float32Array} ink
 * @param {{ width: number, height: number }} size
 * @param {"rows" | "columns"} axis
 */
function profile(ink, { width, height }, axis) {
  const sums = new Float64Array(axis === "rows" ? height : width);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sums[axis === "rows" ? y : x] += ink[y * width + x];
  return sums;
}

/**
 * Where the digit starts along one axis: its centre of mass as near to the middle as the edges allow.
 * @param {Float64Array} ink along the axis
 */
function offset(ink) {
  let [moment, total] = [0, 0];
  ink.forEach((value, i) => {
    moment += (i + 0.5) * value;
    total += value;
  });
  return Math.min(SIZE - ink.length, Math.max(0, roundHalfToEven(CENTRE - moment / total - TIE)));
}
