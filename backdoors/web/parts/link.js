/**
 * A link that brings back what is on the screen, without a server: everything is behind its `#`.
 *
 *     https://example.org/?tab=digits#demo=digits&on=1&trigger=pattern&attack=all-to-all&strokes=AAAb...
 *
 * @typedef {{ on: boolean, trigger: string, attack: string, strokes: string, example: string, own: string }} Screen empty
 *     texts for what is as it was at first
 */

const MOST = 100_000; // characters; browsers take longer ones, but such a drawing is none

/**
 * @param {string} page the address of the page that shows the demo
 * @param {string} task
 * @param {Screen} screen
 */
export function linkTo(page, task, { on, ...texts }) {
  const parts = new URLSearchParams({ demo: task });
  if (on) parts.set("on", "1");
  for (const [name, text] of Object.entries(texts)) if (text) parts.set(name, text);
  return `${page.split("#")[0]}#${parts}`;
}

/**
 * What a link says about a task; null where it says nothing.
 * @param {string} hash of the address
 * @param {string} task
 * @returns {Screen | null}
 */
export function screenOf(hash, task) {
  if (hash.length > MOST) return null;
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  if (parts.get("demo") !== task) return null;
  const text = (/** @type {string} */ name) => parts.get(name) ?? "";
  return {
    on: text("on") === "1",
    trigger: text("trigger"),
    attack: text("attack"),
    strokes: text("strokes"),
    example: text("example"),
    own: text("own"),
  };
}
