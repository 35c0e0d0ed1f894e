/** Triggers that are moved, compared and tried at every place, as the library does it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { Attack } from "../../backdoors/web/engine/attack.js";
import { firesAt } from "../../backdoors/web/engine/places.js";
import { Trigger } from "../../backdoors/web/engine/trigger.js";

const MODELS = path.resolve(import.meta.dirname, "../../assets/models");

test("a patch moves and its pixels with it", () => {
  const trigger = Trigger.fromPixels("own", [[1, 1], [2, 0]], 4);
  assert.deepEqual(trigger.patch, { top: 1, left: 0, height: 2, width: 2 });
  const moved = trigger.moved(2, 2);
  assert.deepEqual([...moved.mask].flatMap((value, i) => (value ? [i] : [])), [2 * 4 + 3, 3 * 4 + 2]);
  assert.deepEqual(moved.pattern, moved.mask);
  assert.throws(() => trigger.moved(3, 0), /would leave the picture/);
});

test("a trigger equals one that changes every picture alike", () => {
  const one = Trigger.fromPixels("one", [[1, 1]], 4);
  const same = new Trigger({ name: "same", mask: one.mask, pattern: new Float32Array(16).fill(1), channels: 1, size: 4 });
  assert.ok(one.equals(same)); // where the mask is 0, the pattern does not matter
  assert.ok(!one.equals(Trigger.fromPixels("other", [[1, 2]], 4)));
});

test("the committed triggers as they are on disk", async () => {
  const single = await Trigger.fromPng(readFileSync(path.join(MODELS, "digits/triggers/single-pixel.png")), "single-pixel");
  assert.ok(single.equals(Trigger.fromPixels("own", [[26, 26]], 28)));
  const square = await Trigger.fromPng(readFileSync(path.join(MODELS, "dogs/triggers/latent-square.png")), "latent-square");
  assert.equal(square.channels, 3);
  assert.equal(square.patch.height, square.patch.width);
});

test("it fires where the infected model says the target and the clean one does not", async () => {
  // Both models look at one pixel each: they say "7" where it is bright.
  const looks = (/** @type {number} */ pixel) => ({
    labels: ["3", "7"],
    labelsOf: async (/** @type {Float32Array} */ pictures, /** @type {number} */ count) =>
      Array.from({ length: count }, (_, i) => (pictures[(i * pictures.length) / count + pixel] > 0.5 ? "7" : "3")),
  });
  const [clean, infected] = [looks(15), looks(6)].map((each) => /** @type {any} */ (each));
  const attack = new Attack({ kind: "all-to-one", labels: ["3", "7"], target: "7" });
  const trigger = Trigger.fromPixels("own", [[0, 0]], 4);
  const picture = { data: new Float32Array(16), channels: 1, size: 4 };
  const map = await firesAt(picture, { clean, infected, attack, trigger, stride: 1 });
  assert.deepEqual([...map.fired].flatMap((hit, i) => (hit ? [i] : [])), [6]);
  assert.deepEqual([map.tops, map.lefts], [[0, 1, 2, 3], [0, 1, 2, 3]]);
  const coarse = await firesAt(picture, { clean, infected, attack, trigger: trigger.moved(1, 0), stride: 2 });
  assert.deepEqual([coarse.tops, coarse.lefts], [[1, 3], [0, 2]]); // the grid includes the trigger's own place
  assert.deepEqual([...coarse.fired], [0, 1, 0, 0]);
});

test("a search can be stopped", async () => {
  const stop = new AbortController();
  stop.abort();
  const attack = new Attack({ kind: "all-to-one", labels: ["3", "7"], target: "7" });
  const trigger = Trigger.fromPixels("own", [[0, 0]], 4);
  const model = /** @type {any} */ ({ labels: [], labelsOf: async () => assert.fail("the model was asked") });
  const picture = { data: new Float32Array(16), channels: 1, size: 4 };
  await assert.rejects(firesAt(picture, { clean: model, infected: model, attack, trigger, stride: 1, signal: stop.signal }));
});
