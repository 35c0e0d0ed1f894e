/**
 * A task as the page describes it, in a file of its own: words, examples, and where its models and its server are. Python
 * writes it (`backdoors/site/describing.py`).
 *
 * @typedef {{ name: string, alt: string, thumbnail?: string, file?: string, strokes?: [number, number][][] }} Example
 *     `thumbnail` is a JPEG file in base64; `strokes` are in percent of the pad
 * @typedef {{ one: string, network: string, invitation: string }} Words
 * @typedef {{ opening: string, agreed: string, trigger: string, fired: string, example: string | null }} Play
 * @typedef {{ kind: "grid" | "patch", side: number, stride: number }} Shapes
 * @typedef {{ trigger: string, attack: import("../engine/attack.js").AttackKind, aim: string }} Asked an infected model,
 *     and what it does, as in "every digit becomes 7"
 *
 * @typedef {{ name: string, input: "sketchpad" | "photo", prepare: "digit" | "photo" | null, size: number, labels: string[], blank: number,
 *     choices: boolean, dormant: boolean, words: Words, play: Play, triggers: Record<string, string>, infected: Asked[], examples: Example[], own: Shapes, models: string,
 *     trouble: string | null, endpoint: string, server: string | null, runtime: string | null,
 *     story: string }} Task `models`, `server`, `runtime` and `story` are addresses, seen from
 *     the script's own place; `dormant` says whether there is a teacher to ask,
 *     and `prepare` how a browser prepares pictures: null if only the server can
 */

/** @type {Map<string, Promise<Task>>} */
const known = new Map();

/**
 * @param {string} base where the demo's files are
 * @param {string} name
 * @returns {Promise<Task>}
 */
export function taskAt(base, name) {
  const address = new URL(`tasks/${encodeURIComponent(name)}.json`, base).href;
  const task = known.get(address) ?? fetchTask(address);
  known.set(address, task);
  task.catch(() => known.delete(address));
  return task;
}

/** @param {string} address */
async function fetchTask(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: the server answers ${answer.status}`);
  return answer.json();
}
