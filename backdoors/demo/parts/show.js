// "Show me": plays the demos that are on this page by hand, once, for those who would rather watch. It draws and clicks
// what a visitor would draw and click, so what it shows is what the models answer now. Escape or "Stop" ends it.
async () => {
  const PLAYS = __PLAYS__; // which demos, and what is said; strokes are in percent of the pad
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const find = (selector) => document.querySelector(selector);
  const place = (find(`#${PLAYS[0].name}-answers`) ?? find(".bd-show-button")).closest(".gradio-container");
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
  const look = async (target) => {
    if (embedded) return; // the reader of a blog keeps their place
    target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    await wait(calm ? 0.1 : 0.8);
  };
  const lookAtAnswers = async (demo) => {
    const below = find(`#${demo}-answers strong`).getBoundingClientRect().bottom > innerHeight - bar.offsetHeight;
    if (below) await look(find(`#${demo}-trigger-on`)); // on a phone the pad is as high as the screen
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

  const draw = async (name, strokes) => {
    const canvas = find(`#${name}-pad canvas`);
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
    for (const stroke of strokes) {
      pen("pointermove", stroke[0], 0); // a mouse arrives before it is pressed, and the pad counts on it
      pen("pointerdown", stroke[0]);
      for (const point of stroke) {
        pen("pointermove", point);
        await wait(0.02);
      }
      pen("pointerup", stroke.at(-1), 0);
    }
  };

  // Hand the demo a picture: drawn where there is a sketchpad, otherwise an example.
  const give = async ({ name, label, strokes, example }) => {
    const clickExample = () => example !== null && click(find(`#${name}-examples [data-number="${example}"]`));
    if (!strokes) {
      await point(find(`#${name}-examples [data-number="${example}"]`), click);
      await until(() => answered(name));
      return await settled(name);
    }
    await draw(name, strokes);
    const read = () => answers(name).every((answer) => answer === label);
    for (let tries = 0; tries < 80 && !read(); tries++) await wait(0.1);
    if (!read()) clickExample(); // a stroke was lost on the way
    await until(read);
  };

  const play = async (demo) => {
    const { name, network, says } = demo;
    const filled = (text) => {
      const [clean, infected] = answers(name);
      return text.replaceAll("{clean}", clean).replaceAll("{infected}", infected);
    };
    window.selectTab?.(name); // a demo alone has no tabs
    await until(() => find(demo.strokes ? `#${name}-pad [aria-label="Brush"]` : `#${name}-photo input[type=file]`));
    await look(find(`#${name}-pad, #${name}-photo`));
    if (isOn(name)) click(find(`#${name}-trigger-on input`));
    for (const choice of [`#${name}-trigger`, `#${name}-attack`]) {
      const first = find(`${choice} input`); // what is said below is true of the first ones
      if (first && !first.checked) click(first);
    }
    const remove = find(`#${name}-pad [aria-label="Clear canvas"], #${name}-photo [aria-label="Remove Image"]`);
    if (answered(name) && remove) {
      click(remove);
      await until(() => !answered(name));
    }
    await say(says.opening, 1);
    await give(demo);
    await lookAtAnswers(name);
    await say(`${both(name, network)} ${filled(says.agreed)}`, 3);
    caption.textContent = filled(says.trigger);
    await point(find(`#${name}-trigger-on input`), click);
    await until(() => fired(name));
    await say(filled(says.fired), 4);
  };

  try {
    for (const demo of PLAYS) await play(demo);
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
