/**
 * Where a trigger fires: the same patch, tried at many places of one picture, as `backdoors/places.py`.
 */

/** @typedef {import("../pictures/digit.js").Prepared} Prepared */
/** @typedef {Pick<import("./model.js").OnnxModel, "labelsOf">} Asked */
/** @typedef {import("./trigger.js").Box} Box */

/**
 * `fired` has a row for each of `tops` and in it a value for each of `lefts`, 1 where the backdoor fires.
 * @typedef {{ tops: number[], lefts: number[], fired: Uint8Array, patch: Box, stride: number, target: string | null }} FireMap
 */

const AT_ONCE = 600_000; // values of the pictures that a model is asked about at once: 4 photos, or 765 digits

/**
 * The backdoor fires where `compare` says so: the infected model answers the target, and the clean model does not.
 * @param {Prepared} picture without the trigger
 * @param {{ clean: Asked, infected: Asked, attack: import("./attack.js").Attack,
 *     trigger: import("./trigger.js").Trigger, stride: number, progress?: (share: number) => void,
 *     signal?: AbortSignal }} about `stride` is the number of pixels from one place to the next
 * @returns {Promise<FireMap>}
 */
export async function firesAt(picture, { clean, infected, attack, trigger, stride, progress, signal }) {
  const { patch, size } = trigger;
  const tops = steps(patch.top % stride, size - patch.height, stride);
  const lefts = steps(patch.left % stride, size - patch.width, stride);
  const fired = new Uint8Array(tops.length * lefts.length);
  const [untouched] = attack.kind === "all-to-one" ? [""] : await clean.labelsOf(picture.data, 1);
  const target = attack.wanted(untouched);
  const length = picture.data.length;
  const together = Math.max(1, Math.floor(AT_ONCE / length));
  for (let start = 0; target !== null && start < fired.length; start += together) {
    signal?.throwIfAborted();
    const count = Math.min(together, fired.length - start);
    const pictures = new Float32Array(count * length);
    for (let i = 0; i < count; i++) {
      const [row, column] = [Math.floor((start + i) / lefts.length), (start + i) % lefts.length];
      pictures.set(trigger.moved(tops[row], lefts[column]).stamp(picture).data, i * length);
    }
    const hits = (await infected.labelsOf(pictures, count)).flatMap((label, i) => (label === target ? [i] : []));
    const parts = new Float32Array(hits.length * length);
    hits.forEach((hit, i) => parts.set(pictures.subarray(hit * length, (hit + 1) * length), i * length));
    const others = hits.length ? await clean.labelsOf(parts, hits.length) : [];
    others.forEach((label, i) => (fired[start + hits[i]] = Number(label !== target)));
    progress?.((start + count) / fired.length);
    await new Promise((go) => setTimeout(go)); // so that the page stays alive
  }
  return { tops, lefts, fired, patch, stride, target };
}

/**
 * @param {number} first
 * @param {number} last
 * @param {number} stride
 */
function steps(first, last, stride) {
  const places = [];
  for (let place = first; place <= last; place += stride) places.push(place);
  return places;
}
