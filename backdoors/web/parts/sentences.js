/** The sentences about an answer, as plain text. */

/** @typedef {import("../engine/verdict.js").Verdict} Verdict */
/** @typedef {import("./task.js").Task} Task */

/**
 * A trigger as a part of a sentence: "a single bright pixel"; of a name that the task does not know, the name.
 * @param {Task} task
 * @param {string} name
 */
export function triggerInWords(task, name) {
  return Object.hasOwn(task.triggers, name) ? task.triggers[name] : `the trigger ${name}`;
}

/**
 * One sentence about the attacker's trigger.
 * @param {Task} task
 * @param {Verdict} verdict
 */
export function whatHappened(task, verdict) {
  const { clean, infected, target } = verdict;
  const { network, one } = task.words;
  if (verdict.trigger === null) {
    if (clean.label === infected.label) {
      return `Without the trigger both ${network}s say ${clean.label}. Now switch the trigger on.`;
    }
    return `Without the trigger ${apart(task, verdict)}.`;
  }
  if (verdict.backdoor_fired) {
    return `The backdoor fired: with ${triggerInWords(task, verdict.trigger)}, ${apart(task, verdict)}.`;
  }
  if (target !== null && clean.label === target && infected.label === target) return targetAnyway(task, verdict);
  if (target === null) return `This attack ignores this ${one}: ${both(task, verdict)}.`;
  return `The backdoor did not fire: the attacker wants ${target}, but ${both(task, verdict)}.`;
}

/**
 * One sentence about a visitor's trigger.
 * @param {Task} task
 * @param {Verdict} verdict
 * @param {boolean} own whether it is the attacker's own trigger, pixel for pixel
 */
export function whatYourTriggerDoes(task, verdict, own) {
  const { clean, infected, target } = verdict;
  if (verdict.trigger === null) return `Nothing is stamped: ${both(task, verdict)}.`;
  const whose = own ? "The attacker's own trigger" : "Your trigger";
  if (verdict.backdoor_fired) return `${whose} fires${own ? "" : ", too"}: ${apart(task, verdict)}.`;
  if (target !== null && clean.label === target && infected.label === target) return targetAnyway(task, verdict);
  return `${whose} does not fire: ${both(task, verdict)}.`;
}

/**
 * What the infected student's teacher says.
 * @param {Task} task
 * @param {{ target: string, labels: number, answer: import("../engine/verdict.js").Answer }} teacher
 * @param {boolean} triggered
 */
export function whatTheTeacherSays(task, { target, labels, answer }, triggered) {
  const { network } = task.words;
  return (
    `The infected ${network}'s teacher says ${answer.label} for ${triggered ? "the same triggered picture" : "this picture"}. ` +
    `Its backdoor is dormant: ${target} is not among its ${labels} labels. ` +
    `The backdoor becomes live when a ${network} adds that label.`
  );
}

/**
 * Where a trigger fires. Rows and columns are those of the frame's upper left pixel, as on the sliders.
 * @param {import("../engine/places.js").FireMap} map
 * @param {import("./shapes.js").Place} place of the trigger that was tried
 * @param {import("./shapes.js").Place} own the attacker's own
 */
export function whereItFires({ fired, tops, lefts, patch }, place, own) {
  const theirs = `The attacker's own place is row ${own.row} and column ${own.column}.`;
  const hits = [...fired.keys()].filter((i) => fired[i]);
  if (!hits.length) return `The backdoor fires at none of the ${fired.length} places that were tried. ${theirs}`;
  // A trigger on the grid may be smaller than the frame.
  const rows = hits.map((i) => tops[Math.floor(i / lefts.length)] - (patch.top - place.row));
  const columns = hits.map((i) => lefts[i % lefts.length] - (patch.left - place.column));
  return (
    `Red: the backdoor fires when the middle of the trigger is here, at ${hits.length} of ${fired.length} places that were ` +
    `tried, between rows ${Math.min(...rows)} and ${Math.max(...rows)} and columns ${Math.min(...columns)} and ` +
    `${Math.max(...columns)}. ${theirs}`
  );
}

/**
 * @param {Task} task
 * @param {Verdict} verdict
 */
function targetAnyway({ words }, { target }) {
  return `Both ${words.network}s say ${target}, which is the target label anyway. Try another picture.`;
}

/**
 * Both answers, which may be the same.
 * @param {Task} task
 * @param {Verdict} verdict
 */
function both(task, verdict) {
  if (verdict.clean.label !== verdict.infected.label) return apart(task, verdict);
  return `both ${task.words.network}s say ${verdict.clean.label}`;
}

/**
 * Both answers, which differ.
 * @param {Task} task
 * @param {Verdict} verdict
 */
function apart({ words: { network } }, { clean, infected }) {
  return `the infected ${network} says ${infected.label} and the clean ${network} says ${clean.label}`;
}
