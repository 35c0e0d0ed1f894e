/**
 * "Show me": plays a demo by itself, once, for those who would rather watch. It draws and clicks what a visitor would draw
 * and click, so what it shows is what the models answer now. Escape or "Stop" ends it.
 */

import { h, say } from "./dom.js";

/** @typedef {import("../engine/verdict.js").Verdict} Verdict */

const POINT_SECONDS = 0.02; // from one point of a stroke to the next
const MOST_SECONDS = 30; // until an answer comes

/**
 * What is played on.
 * @typedef {{ play: import("./task.js").Play, network: string, place: HTMLElement, toggle: HTMLElement, reset: () => void,
 *     give: (pause: (seconds: number) => Promise<void>) => Promise<void>, trigger: () => void,
 *     verdict: () => Verdict | null }} Stage `give` draws or clicks a picture, `trigger` switches the trigger on
 */

/** @param {Stage} stage */
export async function show({ play, network, place, toggle, reset, give, trigger, verdict }) {
  if (place.querySelector(".show")) return;
  const caption = h("p", { role: "status" });
  let stopped = false;
  const stop = () => (stopped = true);
  const button = h("button", { type: "button", onclick: stop }, "Stop");
  const bar = h("div", { class: "show" }, caption, button);
  const back = /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (place.getRootNode()).activeElement);
  const onPointer = (/** @type {Event} */ event) => !event.composedPath().includes(bar) && stop(); // it is theirs now
  const onKey = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && stop();
  document.addEventListener("keydown", onKey);
  place.addEventListener("pointerdown", onPointer, { capture: true });
  place.prepend(bar);
  if (place.getBoundingClientRect().top < 0) place.scrollIntoView({ block: "start" });
  button.focus({ preventScroll: true });

  const pause = async (/** @type {number} */ seconds) => {
    const end = Date.now() + 1000 * seconds;
    do {
      if (stopped) throw new Stopped();
      await new Promise((go) => setTimeout(go, Math.min(50, 1000 * seconds)));
    } while (Date.now() < end);
  };
  const until = async (/** @type {() => boolean} */ what) => {
    for (let waited = 0; !what(); waited += 0.05) {
      if (waited > MOST_SECONDS) throw new Error("no answer came");
      await pause(0.05);
    }
  };
  const told = async (/** @type {string} */ text, /** @type {number} */ seconds) => {
    const { clean, infected } = verdict() ?? { clean: { label: "" }, infected: { label: "" } };
    say(caption, text.replaceAll("{clean}", clean.label).replaceAll("{infected}", infected.label));
    await pause(seconds);
  };

  try {
    reset();
    await told(play.opening, 1);
    await give(pause);
    await until(() => verdict() !== null);
    await pause(0.3); // the newest drawing is answered last
    const { clean, infected } = /** @type {Verdict} */ (verdict());
    const both =
      clean.label === infected.label
        ? `Both ${network}s say {clean}.`
        : `The clean ${network} says {clean}, the infected one {infected}.`;
    await told(`${both} ${play.agreed}`, 3);
    await told(play.trigger, 0.2);
    toggle.classList.add("pointed");
    await pause(0.8);
    trigger();
    await until(() => verdict()?.backdoor_fired ?? false);
    await told(play.fired, 4);
    await told("That is a backdoor. Now it is your turn.", 3);
  } catch (error) {
    if (!(error instanceof Stopped)) {
      say(caption, "No answer came: please try it by hand.");
      await new Promise((go) => setTimeout(go, 3000));
    }
  } finally {
    document.removeEventListener("keydown", onKey);
    place.removeEventListener("pointerdown", onPointer, { capture: true });
    toggle.classList.remove("pointed");
    bar.remove();
    back?.focus({ preventScroll: true });
  }
}

/**
 * Draw strokes as somebody would.
 * @param {import("../input/sketchpad.js").Sketchpad} pad
 * @param {[number, number][][]} strokes in pixels of the pad
 * @param {(seconds: number) => Promise<void>} pause
 */
export async function drawSlowly(pad, strokes, pause) {
  for (const stroke of strokes) {
    const drawn = pad.begin(stroke[0], false);
    try {
      for (const point of stroke.slice(1)) {
        pad.extend(drawn, [point]);
        await pause(POINT_SECONDS);
      }
    } finally {
      pad.end();
    }
  }
}

class Stopped extends Error {}
