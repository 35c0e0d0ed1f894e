/**
 * Resampling as Pillow does it, so that the browser and the library prepare the same picture.
 *
 * Each new pixel is a weighted mean of the old ones around its centre. The weights are those of a filter as wide as the
 * reduction, so nothing is skipped when a picture gets smaller. Columns are resampled first, then rows (Pillow's
 * `src/libImaging/Resample.c`; the arithmetic here follows it, the code is ours).
 *
 *     const half = resize(grey, { width: 280, height: 280 }, { width: 140, height: 140, filter: TRIANGLE });
 */

/**
 * One channel of a picture, row by row.
 * @typedef {{ width: number, height: number }} Size
 * @typedef {{ support: number, weight: (x: number) => number }} Filter
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box
 */

/** @type {Filter} Pillow's BOX: the mean of what falls into the new pixel. */
export const BOX = { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };

/** @type {Filter} Pillow's BILINEAR. */
export const TRIANGLE = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

/**
 * @param {ArrayLike<number>} pixels of one channel
 * @param {Size} size of the picture
 * @param {Size & { filter: Filter, box?: Box, bytes?: boolean }} wanted the new size; `box` is the part to resample, in
 *     pixels and their fractions, by default the whole picture; with `bytes`, values are rounded to 0 ... 255 after each
 *     of the two passes, as Pillow does with pictures of 8 bits
 * @returns {Float32Array}
 */
export function resize(pixels, size, { width, height, filter, box, bytes = false }) {
  const part = box ?? { left: 0, top: 0, right: size.width, bottom: size.height };
  const store = bytes ? toByte : Math.fround;
  const across = weights(size.width, part.left, part.right, width, filter);
  const down = weights(size.height, part.top, part.bottom, height, filter);

  const rows = new Float32Array(width * size.height);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, share } = across[x];
      let sum = 0;
      for (let i = 0; i < share.length; i++) sum += pixels[y * size.width + first + i] * share[i];
      rows[y * width + x] = store(sum);
    }
  }
  const resized = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const { first, share } = down[y];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < share.length; i++) sum += rows[(first + i) * width + x] * share[i];
      resized[y * width + x] = store(sum);
    }
  }
  return resized;
}

/**
 * For each new pixel along one axis, the old pixels that it is made of and the share of each.
 * @param {number} length of the axis, in old pixels
 * @param {number} from
 * @param {number} to
 * @param {number} count of new pixels
 * @param {Filter} filter
 * @returns {{ first: number, share: Float64Array }[]}
 */
function weights(length, from, to, count, filter) {
  const scale = (to - from) / count;
  const width = Math.max(scale, 1);
  const support = filter.support * width;
  return Array.from({ length: count }, (_, pixel) => {
    const centre = from + (pixel + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(length, Math.trunc(centre + support + 0.5));
    const share = new Float64Array(Math.max(0, end - first));
    for (let i = 0; i < share.length; i++) share[i] = filter.weight((i + first - centre + 0.5) / width);
    const total = share.reduce((sum, each) => sum + each, 0);
    if (total !== 0) for (let i = 0; i < share.length; i++) share[i] /= total;
    return { first, share };
  });
}

/** @param {number} value */
function toByte(value) {
  return Math.min(255, Math.max(0, Math.floor(value + 0.5)));
}
