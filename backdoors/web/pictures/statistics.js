/** Small statistics over pixels, as NumPy computes them, and Python's way to round. */

/**
 * The middle value; of an even number of values, the mean of the two in the middle.
 * @param {Float32Array} values is reordered
 */
export function median(values) {
  const half = values.length >> 1;
  const upper = ranked(values, half);
  if (values.length % 2) return upper;
  return Math.fround((max(values.subarray(0, half)) + upper) / 2);
}

/**
 * The value that has `rank` smaller ones, or as small, before it, and the others behind it (Hoare 1961, "Find").
 * @param {Float32Array} values is reordered
 * @param {number} rank from 0
 */
function ranked(values, rank) {
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const pivot = values[(first + last) >> 1];
    let [low, high] = [first, last];
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (values[high] > pivot) high--;
      if (low > high) break;
      const value = values[low];
      values[low++] = values[high];
      values[high--] = value;
    }
    if (rank <= high) last = high;
    else if (rank >= low) first = low;
    else break;
  }
  return values[rank];
}

/**
 * Those of the values that are larger than a floor.
 * @param {Float32Array} values
 * @param {number} floor
 */
export function above(values, floor) {
  const found = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > floor) found[count++] = values[i];
  return found.subarray(0, count);
}

/** @param {Float32Array} values */
export function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** @param {Float32Array} values */
export function max(values) {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}

/**
 * To the nearest whole number, and from the middle between two to the even one, as Python's `round`.
 * @param {number} value
 */
export function roundHalfToEven(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
