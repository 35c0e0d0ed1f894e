/**
 * Making elements: texts are always texts, so nothing that a bundle names can become markup.
 *
 *     h("button", { type: "button", onclick: undo, "aria-label": "Undo" }, "↶")
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties] names with a dash, `class`, `role` and `for` are attributes, `on...` are
 *     listeners, all others are the element's own properties; undefined ones are left out
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name.includes("-") || name === "class" || name === "role" || name === "for") {
      element.setAttribute(name, String(value));
    } else Object.assign(element, { [name]: value });
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * Change a text only where it differs: a screen reader reads changes out, and each costs a layout.
 * @param {Node} node
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A 2-D context; browsers run out of them only on pages with hundreds.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("this browser cannot draw on a canvas");
  return context;
}
