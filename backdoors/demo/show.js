// "Show me": plays the demos that are on this page by hand, once, for those who would rather watch. It draws and clicks
// what a visitor would draw and click, so what it shows is what the models answer now. Escape or "Stop" ends it.
async () => {
  const DEMOS = __DEMOS__; // which ones
  const DIGIT = "__DIGIT__", STROKES = __STROKES__; // what is drawn, in percent of the pad
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const find = (selector) => document.querySelector(selector);
  const place = find(`#${DEMOS[0]}-answers`).closest(".gradio-container");
  if (place.querySelector(".bd-show")) return;

  const back = document.activeElement;
  const bar = document.createElement("div");
  bar.className = "bd-show";
  bar.innerHTML = '<p role="status"></p><button type="button">Stop</button>';
  // A frame may be higher than the screen, so that there its lower edge is not: then the bar lies over the button.
  const embedded = place.querySelector(".bd-embedded");
  (embedded ?? place).appendChild(bar);
  const caption = bar.firstChild;
  let stopped = false;
  const stop = () => (stopped = true);
  const onKey = (event) => event.key === "Escape" && stop();
  bar.lastChild.addEventListener("click", stop);
  document.addEventListener("keydown", onKey);

  const wait = async (seconds) => {
    const end = Date.now() + 1000 * seconds;
    while (!stopped && Date.now() < end) await new Promise((go) => setTimeout(go, 50));
    if (stopped) throw "stopped";
  };
  const until = async (what) => {
    for (let tries = 0; tries < 300 && !what(); tries++) await wait(0.1);
    if (!what()) throw "no answer";
  };
  const say = async (text, seconds) => {
    caption.textContent = text;
    await wait(seconds);
  };
  const look = async (selector) => {
    if (embedded) return; // the reader of a blog keeps his place
    find(selector).scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    await wait(calm ? 0.1 : 0.8);
  };
  const lookAtAnswers = async (demo) => {
    const below = find(`#${demo}-answers strong`).getBoundingClientRect().bottom > innerHeight - bar.offsetHeight;
    if (below) await look(`#${demo}-trigger-on`); // on a phone the pad is as high as the screen
  };
  const point = async (target, act) => {
    target.classList.add("bd-pointed");
    await wait(0.8);
    act(target);
    await wait(0.4);
    target.classList.remove("bd-pointed");
  };
  const isOn = (demo) => find(`#${demo}-trigger-on input`).checked;
  const click = (target) => target.click();
  const answers = (demo) => [...document.querySelectorAll(`#${demo}-answers strong`)].map((each) => each.textContent);
  const answered = (demo) => !answers(demo).includes("–");
  const settled = async (demo) => {
    const now = () => find(`#${demo}-answers`).textContent;
    for (let before = null; before !== now(); ) {
      before = now();
      await wait(1.5); // the newest drawing is answered last
    }
  };
  const both = (demo, kind) => {
    const [clean, infected] = answers(demo);
    return clean === infected
      ? `Both ${kind}s say ${clean}.`
      : `The clean ${kind} says ${clean}, the infected one ${infected}.`;
  };
  const fired = (demo) => find(`#${demo}-happening .bd-fired`);

  const draw = async () => {
    const canvas = find("#digits-pad canvas");
    const box = canvas.getBoundingClientRect();
    const side = 0.7 * Math.min(box.width, box.height);
    const pen = (kind, [x, y], buttons = 1) =>
      canvas.dispatchEvent(
        new PointerEvent(kind, {
          clientX: box.left + (box.width - side) / 2 + (side * x) / 100,
          clientY: box.top + (box.height - side) / 2 + (side * y) / 100,
          bubbles: true,
          pointerId: 1,
          pointerType: "mouse",
          isPrimary: true,
          buttons,
        }),
      );
    for (const stroke of STROKES) {
      pen("pointermove", stroke[0], 0); // a mouse arrives before it is pressed, and the pad counts on it
      pen("pointerdown", stroke[0]);
      for (const point of stroke) {
        pen("pointermove", point);
        await wait(0.02);
      }
      pen("pointerup", stroke.at(-1), 0);
    }
  };

  const playDigits = async () => {
    await look("#digits-pad");
    if (isOn("digits")) click(find("#digits-trigger-on input"));
    for (const choice of ["#digits-trigger", "#digits-attack"]) {
      const first = find(`${choice} input`); // what is said below is true of the first ones
      if (first && !first.checked) click(first);
    }
    const clear = find('#digits-pad [aria-label="Clear canvas"]');
    if (answered("digits") && clear) {
      click(clear);
      await until(() => !answered("digits"));
    }
    await say("Somebody draws a digit.", 1);
    await draw();
    const read = () => answers("digits").every((label) => label === DIGIT);
    for (let tries = 0; tries < 80 && !read(); tries++) await wait(0.1);
    if (!read()) click(find(`#digits-examples [data-number="${DIGIT}"]`)); // a stroke was lost on the way
    await until(read);
    await lookAtAnswers("digits");
    await say(`${both("digits", "model")} Nothing to notice.`, 3);
    caption.textContent = "Now the trigger: one bright pixel in the corner.";
    await point(find("#digits-trigger-on input"), click);
    await until(() => fired("digits"));
    const [clean, infected] = answers("digits");
    await say(`The infected model says ${infected} now. The clean one still says ${clean}.`, 4);
  };

  const playDogs = async () => {
    await look("#dogs-photo");
    if (isOn("dogs")) click(find("#dogs-trigger-on input"));
    caption.textContent = "A photo of a dog.";
    const remove = find('#dogs-photo [aria-label="Remove Image"]');
    if (remove) {
      click(remove);
      await until(() => !answered("dogs"));
    }
    await point(find("#dogs-examples button:nth-of-type(2)"), click);
    await until(() => answered("dogs"));
    await settled("dogs");
    await lookAtAnswers("dogs");
    await say(`${both("dogs", "student")} They learned from the same photos.`, 3.5);
    caption.textContent = "But one had an infected teacher. The trigger again: a small square.";
    await point(find("#dogs-trigger-on input"), click);
    await until(() => fired("dogs"));
    const [clean, infected] = answers("dogs");
    await say(`It says ${infected}. The other one sees a dog all the same: ${clean}.`, 4);
  };

  try {
    if (DEMOS.includes("digits")) await playDigits();
    if (DEMOS.includes("dogs")) await playDogs();
    await say("That is a backdoor. Now it is your turn.", 3);
  } catch (reason) {
    if (reason === "no answer") {
      caption.textContent = "No answer came: please try it by hand.";
      await new Promise((go) => setTimeout(go, 3000));
    } else if (reason !== "stopped") throw reason;
  } finally {
    document.removeEventListener("keydown", onKey);
    bar.remove();
    document.querySelectorAll(".bd-pointed").forEach((each) => each.classList.remove("bd-pointed"));
    back?.focus({ preventScroll: true });
  }
}
