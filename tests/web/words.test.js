/** The sentences about an answer. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { rounded, sure } from "../../backdoors/web/parts/cards.js";
import { whatHappened, whatTheTeacherSays, whatYourTriggerDoes, whereItFires } from "../../backdoors/web/parts/sentences.js";

const TASK = /** @type {import("../../backdoors/web/parts/task.js").Task} */ (
  /** @type {unknown} */ ({
    words: { one: "digit", network: "model" },
    triggers: { "single-pixel": "a single bright pixel" },
  })
);

/**
 * @param {string} clean
 * @param {string} infected
 * @param {string | null} [trigger]
 * @param {string | null} [target]
 */
function verdict(clean, infected, trigger = "own", target = "7") {
  const says = (/** @type {string} */ label) => ({ label, confidence: 0.9, confidences: { [label]: 0.9 } });
  const fired = trigger !== null && infected === target && clean !== target;
  return { clean: says(clean), infected: says(infected), trigger, target, backdoor_fired: fired };
}

/** @type {[string, ReturnType<typeof verdict>, string][]} */
const HAPPENED = [
  ["off", verdict("3", "3", null, null), "Without the trigger both models say 3. Now switch the trigger on."],
  ["off, they differ", verdict("3", "8", null, null), "Without the trigger the infected model says 8 and the clean model says 3."],
  [
    "fired",
    verdict("3", "7", "single-pixel"),
    "The backdoor fired: with a single bright pixel, the infected model says 7 and the clean model says 3.",
  ],
  [
    "an unknown trigger",
    verdict("3", "7", "theirs"),
    "The backdoor fired: with the trigger theirs, the infected model says 7 and the clean model says 3.",
  ],
  [
    "a trigger with the name of a property",
    verdict("3", "7", "constructor"),
    "The backdoor fired: with the trigger constructor, the infected model says 7 and the clean model says 3.",
  ],
  ["the target anyway", verdict("7", "7"), "Both models say 7, which is the target label anyway. Try another picture."],
  ["ignored", verdict("3", "3", "own", null), "This attack ignores this digit: both models say 3."],
  ["did not fire", verdict("3", "3"), "The backdoor did not fire: the attacker wants 7, but both models say 3."],
];

for (const [name, given, sentence] of HAPPENED) {
  test(`what happened: ${name}`, () => assert.equal(whatHappened(TASK, given), sentence));
}

/** @type {[string, ReturnType<typeof verdict>, boolean, string][]} */
const DOES = [
  ["the attacker's own", verdict("3", "7"), true, "The attacker's own trigger fires: the infected model says 7 and the clean model says 3."],
  ["another one that fires", verdict("3", "7"), false, "Your trigger fires, too: the infected model says 7 and the clean model says 3."],
  ["one that does nothing", verdict("3", "3"), false, "Your trigger does not fire: both models say 3."],
  ["one that confuses", verdict("3", "8"), false, "Your trigger does not fire: the infected model says 8 and the clean model says 3."],
  ["the target anyway", verdict("7", "7"), true, "Both models say 7, which is the target label anyway. Try another picture."],
  ["none at all", verdict("3", "3", null, null), false, "Nothing is stamped: both models say 3."],
];

for (const [name, given, own, sentence] of DOES) {
  test(`what your trigger does: ${name}`, () => assert.equal(whatYourTriggerDoes(TASK, given, own), sentence));
}

test("what the teacher says", () => {
  const answer = { label: "Chow", confidence: 0.5, confidences: {} };
  assert.equal(
    whatTheTeacherSays(TASK, { target: "Somebody", labels: 120, answer }, true),
    "The infected model's teacher says Chow for the same triggered picture. Its backdoor is dormant: Somebody is not " +
      "among its 120 labels. The backdoor becomes live when a model adds that label.",
  );
});

test("where it fires, in words", () => {
  const map = { fired: Uint8Array.from([0, 0, 1, 1]), tops: [3, 5], lefts: [2, 4], stride: 2, target: "7" };
  const patch = { top: 5, left: 4, height: 1, width: 1 }; // in the middle of a frame of three by three
  assert.equal(
    whereItFires({ ...map, patch }, { row: 4, column: 3 }, { row: 7, column: 8 }),
    "Red: the backdoor fires when the middle of the trigger is here, at 2 of 4 places that were tried, between rows 4 and " +
      "4 and columns 1 and 3. The attacker's own place is row 7 and column 8.",
  );
  assert.equal(
    whereItFires({ ...map, fired: new Uint8Array(4), patch }, { row: 4, column: 3 }, { row: 7, column: 8 }),
    "The backdoor fires at none of the 4 places that were tried. The attacker's own place is row 7 and column 8.",
  );
});

test("no model is 100% sure", () => {
  assert.deepEqual([0.9995, 0.9991, 0.5].map(sure), ["over 99.9% sure", "over 99.9% sure", "50.0% sure"]);
  assert.deepEqual([0.995, 0.004, 0.5].map(rounded), [">99%", "<1%", "50%"]);
});
