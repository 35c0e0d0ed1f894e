/**
 * Triggers: a mask and a pattern, and one formula to stamp them, as `backdoors/triggers.py`.
 *
 *     stamp(x) = (1 - mask) x + mask pattern
 */

import { decodePng } from "../pictures/png.js";

/** @typedef {import("../pictures/digit.js").Prepared} Prepared */

/**
 * A rectangle of pixels: its first row and column, counted from 0, and how many of each it has.
 * @typedef {{ top: number, left: number, height: number, width: number }} Box
 */

export class Trigger {
  /**
   * @param {{ name: string, mask: Float32Array, pattern: Float32Array, channels: number, size: number }} parts `mask` has a
   *     value from 0 to 1 for each pixel, `pattern` one for each channel and pixel; pictures are squares of `size` pixels
   */
  constructor({ name, mask, pattern, channels, size }) {
    this.name = name;
    this.mask = mask;
    this.pattern = pattern;
    this.channels = channels;
    this.size = size;
  }

  /**
   * @param {Uint8Array} png alpha is the mask, the colours are the pattern
   * @param {string} name
   */
  static async fromPng(png, name) {
    const { width, height, channels: bands, data } = await decodePng(png);
    if (width !== height) throw new Error(`trigger ${name}: expected a square, got ${width}x${height}`);
    const [channels, pixels] = [bands - 1, width * height];
    const mask = new Float32Array(pixels);
    const pattern = new Float32Array(channels * pixels);
    for (let i = 0; i < pixels; i++) {
      mask[i] = data[i * bands + channels] / 255;
      for (let channel = 0; channel < channels; channel++) {
        pattern[channel * pixels + i] = data[i * bands + channel] / 255;
      }
    }
    if (!mask.some(Boolean)) throw new Error(`trigger ${name}: its mask is 0 everywhere, so it would change nothing`);
    return new Trigger({ name, mask, pattern, channels, size: width });
  }

  /**
   * Fully bright grey pixels.
   * @param {string} name
   * @param {[number, number][]} pixels row and column of each
   * @param {number} size
   */
  static fromPixels(name, pixels, size) {
    const mask = new Float32Array(size * size);
    for (const [row, column] of pixels) mask[row * size + column] = 1;
    return new Trigger({ name, mask, pattern: mask.slice(), channels: 1, size });
  }

  /**
   * The smallest box around the pixels that it changes.
   * @returns {Box}
   */
  get patch() {
    this.#patch ??= patchOf(this.mask, this.size);
    return this.#patch;
  }

  /** @type {Box | undefined} */
  #patch;

  /**
   * The same with its patch at another place.
   * @param {number} top the new first row of the patch
   * @param {number} left the new first column
   */
  moved(top, left) {
    const { patch, size, channels } = this;
    if (top < 0 || left < 0 || top + patch.height > size || left + patch.width > size) {
      throw new Error(`trigger ${this.name}: at row ${top} and column ${left} it would leave the picture`);
    }
    const mask = new Float32Array(this.mask.length);
    const pattern = new Float32Array(this.pattern.length);
    for (let row = 0; row < patch.height; row++) {
      const from = (patch.top + row) * size + patch.left;
      const to = (top + row) * size + left;
      mask.set(this.mask.subarray(from, from + patch.width), to);
      for (let plane = 0; plane < pattern.length; plane += size * size) {
        pattern.set(this.pattern.subarray(plane + from, plane + from + patch.width), plane + to);
      }
    }
    return new Trigger({ name: this.name, mask, pattern, channels, size });
  }

  /**
   * Whether it changes every picture as another one does.
   * @param {Trigger} other
   */
  equals(other) {
    return (
      this.pattern.length === other.pattern.length &&
      this.mask.every((value, i) => value === other.mask[i]) &&
      this.pattern.every((value, i) => {
        const at = i % this.mask.length;
        return value * this.mask[at] === other.pattern[i] * other.mask[at];
      })
    );
  }

  /**
   * A copy of a picture with the trigger in it.
   * @param {Prepared} picture
   * @returns {Prepared}
   */
  stamp({ data, channels, size }) {
    if (channels !== this.channels || size !== this.size) {
      throw new Error(
        `trigger ${this.name} fits pictures of ${this.size} pixels and ${this.channels} channels, got ${size} and ${channels}`,
      );
    }
    const pixels = size * size;
    const stamped = data.map((value, i) => {
      const mask = this.mask[i % pixels];
      return (1 - mask) * value + mask * this.pattern[i];
    });
    return { data: stamped, channels, size };
  }
}

/**
 * @param {Float32Array} mask
 * @param {number} size
 * @returns {Box}
 */
function patchOf(mask, size) {
  let [top, left, bottom, right] = [size, size, 0, 0];
  mask.forEach((value, i) => {
    if (value === 0) return;
    const [row, column] = [Math.floor(i / size), i % size];
    [top, left] = [Math.min(top, row), Math.min(left, column)];
    [bottom, right] = [Math.max(bottom, row + 1), Math.max(right, column + 1)];
  });
  return { top, left, height: bottom - top, width: right - left };
}
