/**
 * Opening a picture file that a visitor chose: bounded in bytes, decoded by their own browser, turned as its camera says.
 *
 *     const photo = await opened(file);       // throws an Error with words for the visitor
 */

import { contextOf } from "../parts/dom.js";

/** @typedef {import("../pictures/digit.js").Pixels} Pixels */

const MOST_BYTES = 20_000_000; // as the page's server takes; a phone's photo of 50 million pixels has about 15 MB
const MOST_PIXELS = 50_000_000; // as `backdoors/pictures/limits.py`
const LEAST_SIDE = 8;
const WORKING_SIDE = 2048; // larger ones are reduced by the browser first: the models see 224 pixels

/**
 * @param {Blob} file
 * @returns {Promise<Pixels>}
 */
export async function opened(file) {
  if (file.size > MOST_BYTES) throw new Error(`The file has ${megabytes(file.size)} MB; expected at most 20.`);
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("The browser cannot read this file as a picture. Try a JPEG or PNG file.");
  }
  const { width, height } = bitmap;
  try {
    if (Math.min(width, height) < LEAST_SIDE || width * height > MOST_PIXELS) {
      throw new Error(`The picture has ${width}x${height} pixels; expected at least ${LEAST_SIDE} a side, and at most 50 million.`);
    }
    return drawn(bitmap, width, height, WORKING_SIDE);
  } finally {
    bitmap.close();
  }
}

/**
 * The pixels of a picture or a video, its longer side reduced to `most`.
 * @param {CanvasImageSource} picture
 * @param {number} width
 * @param {number} height
 * @param {number} most
 * @param {HTMLCanvasElement} [canvas] to draw on; a new one by default
 */
export function drawn(picture, width, height, most, canvas = document.createElement("canvas")) {
  const scale = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = contextOf(canvas, { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}
