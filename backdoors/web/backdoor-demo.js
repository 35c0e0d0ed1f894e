/**
 * `<backdoor-demo task="digits">`: a backdoor to see fire, in any page.
 *
 *     <script type="module" src="https://example.org/backdoor-demo.js"></script>
 *     <backdoor-demo task="digits" theme="light"></backdoor-demo>
 *
 * Attributes: `task` names the demo; `theme` is `light` or `dark`, by default as the reader's system is set; `linked` says
 * that the page is the demo's own, so that links lead to it, and what a link has kept is brought back.
 *
 * Properties: `value` is the newest verdict, an object, or null; `choice` says which trigger and attack are chosen. Events:
 * `verdict` with each answer, also while somebody draws; its `detail` has the `verdict`, and whether they have `settled`.
 * `choice`, with the choice as its `detail`. `show()` plays the demo.
 *
 * It touches nothing outside of itself, and loads when it is scrolled to.
 */

import { reasonOf } from "./engine/reason.js";
import { Demo } from "./parts/demo.js";
import { h } from "./parts/dom.js";
import { styles } from "./parts/styles.js";
import { taskAt } from "./parts/task.js";

const BASE = new URL("./", import.meta.url).href;
const NEAR = "200px"; // from the edge of the screen: it is there when somebody gets to it
const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "touchstart", "keydown", "scroll", "wheel"];
const INTEREST = ["pointerenter", "pointerdown", "touchstart", "focusin", "dragenter"];

export class BackdoorDemo extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  /** @type {Demo | null} */
  #demo = null;
  #interested = false;
  /** @type {IntersectionObserver | null} */
  #near = null;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.#root.adoptedStyleSheets = [sheet];
    for (const name of INTEREST) {
      this.addEventListener(
        name,
        () => {
          this.#interested = true;
          this.#demo?.start();
        },
        { once: true, passive: true },
      );
    }
    this.addEventListener("paste", (event) => this.#demo?.paste(event));
  }

  connectedCallback() {
    if (this.hasAttribute("linked")) addEventListener("hashchange", this.#restore);
    if (this.#demo) return this.#watch();
    if (this.#near) return;
    this.#root.replaceChildren(h("p", { class: "loading", role: "status" }, "Loading…"));
    if (this.hasAttribute("linked") && this.checkVisibility?.()) return void this.#build(); // the page is about it
    this.#near = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.#build(), {
      rootMargin: NEAR,
    });
    this.#near.observe(this);
  }

  disconnectedCallback() {
    this.#near?.disconnect();
    this.#near = null;
    removeEventListener("hashchange", this.#restore);
    this.#demo?.pause();
    setTimeout(() => {
      if (this.isConnected) return; // it was only moved
      this.#demo?.close();
      this.#demo = null;
      this.#built = undefined;
    });
  }

  #restore = () => this.#demo?.restore(document.location.hash);

  /** The newest verdict; null while there is none. */
  get value() {
    return this.#demo?.verdict ?? null;
  }

  /** Which infected model is asked; null while the demo is not there. */
  get choice() {
    return this.#demo?.choice ?? null;
  }

  /** Play the demo, once it is there. */
  async show() {
    await this.#build();
    await this.#demo?.show();
  }

  /** @type {Promise<void> | undefined} */
  #built;

  #build() {
    this.#near?.disconnect();
    this.#built ??= this.#buildOnce();
    return this.#built;
  }

  /** Nobody's camera runs where they do not see it. */
  #watch() {
    this.#near?.disconnect();
    this.#near = new IntersectionObserver((seen) => seen.at(-1)?.isIntersecting || this.#demo?.pause());
    this.#near.observe(this);
  }

  async #buildOnce() {
    const name = this.getAttribute("task") ?? "";
    try {
      const task = await taskAt(BASE, name);
      const linked = this.hasAttribute("linked");
      const story = new URL(task.story, BASE).href;
      const demo = new Demo({ task, base: BASE, page: () => (linked ? ownAddress() : story) });
      for (const name of ["verdict", "choice"]) {
        demo.addEventListener(name, (event) => this.#tell(name, /** @type {CustomEvent} */ (event).detail));
      }
      this.#demo = demo;
      this.#root.replaceChildren(
        demo.element,
        ...(linked ? [] : [h("p", { class: "story" }, h("a", { href: story, target: "_blank", rel: "noopener" }, "What is this? The whole story"))]),
      );
      if (linked) this.#restore();
      this.#watch();
      if (this.#interested) demo.start();
      whenSomebodyIsThere(() => demo.fetch());
    } catch (error) {
      this.#built = undefined;
      const again = h("button", { type: "button", onclick: () => this.#build() }, "Try again");
      this.#root.replaceChildren(h("p", { class: "trouble", role: "alert" }, `The demo "${name}" cannot be shown here: ${reasonOf(error)}. `, again));
    }
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** The page's address without what is not for others: of its query, only the tab. */
function ownAddress() {
  const url = new URL(document.location.href);
  const tab = url.searchParams.get("tab");
  [url.search, url.hash] = [tab ? `?${new URLSearchParams({ tab })}` : "", ""];
  return url.href;
}

/**
 * Four megabytes are not for pages in the background, nor for machines that index them.
 * @param {() => void} act once somebody moves, scrolls or types, wherever on the page
 */
function whenSomebodyIsThere(act) {
  const done = new AbortController();
  const there = () => {
    done.abort();
    act();
  };
  for (const name of SIGNS_OF_LIFE) window.addEventListener(name, there, { passive: true, signal: done.signal });
}

if (!customElements.get("backdoor-demo")) customElements.define("backdoor-demo", BackdoorDemo);
