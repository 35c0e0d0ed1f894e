/** A link brings back what is on the screen, and a broken one brings back nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { SIDE, read, snapped, written as writtenOrNull } from "../../backdoors/web/input/strokes.js";
import { linkTo, screenOf } from "../../backdoors/web/parts/link.js";

/** @typedef {import("../../backdoors/web/input/strokes.js").Stroke} Stroke */

/** @param {Stroke[]} strokes */
function written(strokes) {
  return writtenOrNull(strokes) ?? assert.fail("too long");
}

/** @type {Stroke[]} */
const DRAWING = [
  { erases: false, points: [[0, 0], [320, 320], [319.5, 0.5]] },
  { erases: true, points: [[100.5, 20]] },
];

test("a drawing comes back, point for point", () => {
  const back = read(written(DRAWING));
  assert.equal(back.length, 2);
  assert.deepEqual(back[1], DRAWING[1]);
  assert.equal(back[0].erases, false);
  for (const point of DRAWING[0].points) assert.ok(back[0].points.some(([x, y]) => x === point[0] && y === point[1]));
});

test("a long line is cut into steps that lie on it", () => {
  const [{ points }] = read(written([{ erases: false, points: [[0, 0], [320, 160]] }]));
  assert.ok(points.length > 5);
  for (const [x, y] of points) assert.ok(Math.abs(y - x / 2) <= 0.5);
});

test("a drawing that is too long is no link", () => {
  /** @type {[number, number][]} */
  const points = Array.from({ length: 70_000 }, (_, i) => [i % 300, (7 * i) % 300]);
  assert.equal(writtenOrNull([{ erases: false, points }]), null);
});

test("random drawings come back", () => {
  let state = 1;
  const random = (/** @type {number} */ below) => (state = (48271 * state) % 2147483647) % below;
  for (let round = 0; round < 200; round++) {
    /** @type {[number, number][]} */
    const points = [[random(641) / 2, random(641) / 2]];
    for (let i = random(50); i > 0; i--) {
      const [x, y] = points[points.length - 1];
      points.push([snapped(x + (random(127) - 63) / 2), snapped(y + (random(127) - 63) / 2)]);
    }
    const drawing = [{ erases: random(2) === 1, points }];
    assert.deepEqual(read(written(drawing)), drawing);
  }
});

for (const text of ["", "!", "AAAA", "AAD", "_____________", "AgABAAAAAAAA", "A".repeat(100_000)]) {
  test(`no drawing, or one on the pad: ${text.slice(0, 20)}`, () => {
    for (const { points } of read(text)) for (const place of points.flat()) assert.ok(place >= 0 && place <= SIDE);
  });
}

test("a link says what was on the screen", () => {
  const screen = { on: true, trigger: "a&b=c#d", attack: "all-to-all", strokes: written(DRAWING), example: "", own: "3,4,000010000" };
  const link = linkTo("https://example.org/x/?tab=digits#old", "digits", screen);
  assert.ok(link.startsWith("https://example.org/x/?tab=digits#demo=digits&on=1&"));
  assert.deepEqual(screenOf(new URL(link).hash, "digits"), screen);
  assert.equal(screenOf(new URL(link).hash, "dogs"), null);
});

test("an address without a screen says nothing", () => {
  for (const hash of ["", "#", "#digits", `#demo=digits&strokes=${"A".repeat(200_000)}`]) assert.equal(screenOf(hash, "digits"), null);
});
