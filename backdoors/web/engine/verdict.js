/**
 * Comparing the clean model with an infected one on a picture: did the backdoor fire? As `backdoors/comparison.py`; the
 * verdict is the same JSON object that the page's endpoints answer.
 *
 * @typedef {{ label: string, confidence: number, confidences: Record<string, number> }} Answer
 * @typedef {{ clean: Answer, infected: Answer, trigger: string | null, target: string | null, backdoor_fired: boolean }}
 *     Verdict
 *
 * A model: its labels, and the probability of each of them for a picture.
 * @typedef {{ labels: string[], ask: (picture: Prepared) => Promise<Float32Array> }} Model
 */

/** @typedef {import("../pictures/digit.js").Prepared} Prepared */
/** @typedef {import("./attack.js").Attack} Attack */
/** @typedef {import("./trigger.js").Trigger} Trigger */

/** Of more labels than this, a verdict has the top five. */
export const MOST_LABELS = 10;
export const TOP = 5;

/**
 * @param {Prepared} picture without the trigger
 * @param {{ clean: Model, infected: Model, attack: Attack, trigger: Trigger | null }} about the trigger is stamped into the
 *     picture that both models see; null for the picture as it is
 * @returns {Promise<Verdict>}
 */
export async function compare(picture, { clean, infected, attack, trigger }) {
  const seen = trigger ? trigger.stamp(picture) : picture;
  const answers = { clean: answerOf(clean, await clean.ask(seen)), infected: answerOf(infected, await infected.ask(seen)) };
  if (!trigger) return { ...answers, trigger: null, target: null, backdoor_fired: false };
  const trueLabel = attack.kind === "all-to-one" ? "" : answerOf(clean, await clean.ask(picture)).label;
  const target = attack.wanted(trueLabel);
  const fired = target !== null && answers.infected.label === target && answers.clean.label !== target;
  return { ...answers, trigger: trigger.name, target, backdoor_fired: fired };
}

/**
 * @param {Model} model
 * @param {Float32Array} probabilities
 * @returns {Answer}
 */
export function answerOf({ labels }, probabilities) {
  const best = probabilities.indexOf(probabilities.reduce((most, each) => Math.max(most, each), -Infinity));
  const all = labels.map((label, i) => /** @type {[string, number]} */ ([label, probabilities[i]]));
  const shown = labels.length <= MOST_LABELS ? all : all.sort((a, b) => b[1] - a[1]).slice(0, TOP);
  return { label: labels[best], confidence: probabilities[best], confidences: Object.fromEntries(shown) };
}
