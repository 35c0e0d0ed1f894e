/**
 * Preparing a photo: the whole photo, scaled to fit into the square that the models take, as `prepare_photo` in Python.
 *
 *     const photo = preparePhoto(context.getImageData(0, 0, width, height), { size: 224 });
 */

import { roundHalfToEven } from "./statistics.js";
import { TRIANGLE, resize } from "./resize.js";

/** @typedef {import("./digit.js").Pixels} Pixels */
/** @typedef {import("./digit.js").Prepared} Prepared */

const BORDER = 127; // grey
const CHANNELS = 3;

/**
 * @param {Pixels} pixels transparent ones are put on white, as browsers do
 * @param {{ size: number }} wanted the side of the square, in pixels
 * @returns {Prepared} RGB
 */
export function preparePhoto({ data, width, height }, { size }) {
  const longer = Math.max(width, height);
  const fitted = {
    width: Math.max(1, roundHalfToEven((width / longer) * size)),
    height: Math.max(1, roundHalfToEven((height / longer) * size)),
  };
  const left = roundHalfToEven((size - fitted.width) / 2);
  const top = roundHalfToEven((size - fitted.height) / 2);
  const square = new Float32Array(CHANNELS * size * size).fill(BORDER / 255);
  const channel = new Float32Array(width * height);
  for (let number = 0; number < CHANNELS; number++) {
    for (let i = 0; i < channel.length; i++) {
      const alpha = data[4 * i + 3];
      const value = data[4 * i + number];
      channel[i] = alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
    const same = fitted.width === width && fitted.height === height;
    const scaled = same ? channel : resize(channel, { width, height }, { ...fitted, filter: TRIANGLE, bytes: true });
    for (let y = 0; y < fitted.height; y++) {
      for (let x = 0; x < fitted.width; x++) {
        square[number * size * size + (y + top) * size + x + left] = scaled[y * fitted.width + x] / 255;
      }
    }
  }
  return { data: square, channels: CHANNELS, size };
}
