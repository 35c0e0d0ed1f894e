/** The browser prepares pictures as the library does. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { prepareDigit } from "../../backdoors/web/pictures/digit.js";
import { preparePhoto } from "../../backdoors/web/pictures/photo.js";
import { golden } from "./golden.js";

const DIGIT = { size: 28, length: 28 * 28 };
const PHOTO = { size: 224, length: 3 * 224 * 224 };
const MOST = 2 / 255;

test("digits as the library prepares them", () => {
  let [count, worst] = [0, 0];
  for (const { name, pixels, paper, prepared } of golden("digits", DIGIT.length)) {
    const ours = prepareDigit(pixels, { paper });
    assert.equal(ours === null, prepared === null, name);
    if (!ours || !prepared) continue;
    const difference = largest(ours.data, prepared);
    assert.ok(difference <= MOST, `${name}: ${(255 * difference).toFixed(2)} of 255`);
    [count, worst] = [count + 1, Math.max(worst, difference)];
  }
  assert.ok(count > 3700);
  console.log(`${count} digits, at most ${(255 * worst).toFixed(5)} of 255 apart`);
});

test("photos as the library prepares them", () => {
  let [count, worst] = [0, 0];
  for (const { name, pixels, prepared } of golden("photos", PHOTO.length)) {
    const ours = preparePhoto(pixels, { size: PHOTO.size });
    const difference = largest(ours.data, /** @type {Float32Array} */ (prepared));
    assert.ok(difference <= MOST, `${name}: ${(255 * difference).toFixed(2)} of 255`);
    [count, worst] = [count + 1, Math.max(worst, difference)];
  }
  assert.ok(count >= 8);
  console.log(`${count} photos, at most ${(255 * worst).toFixed(5)} of 255 apart`);
});

/**
 * @param {Float32Array} one
 * @param {Float32Array} other
 */
function largest(one, other) {
  assert.equal(one.length, other.length);
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);
}
