// A tap or a drag on a `.bd-stage` places the patch's upper left corner: `input` with {row, column}, in the
// models' own pixels. The frame follows at once; the picture itself comes from the server.
let held = null;

const placeAt = (stage, event) => {
  const { size, patch } = stage.dataset;
  const box = stage.getBoundingClientRect();
  const corner = (at, start, length) => {
    const centred = Math.round(((at - start) / length) * size - patch / 2);
    return Math.min(Math.max(centred, 0), size - patch);
  };
  return { row: corner(event.clientY, box.top, box.height), column: corner(event.clientX, box.left, box.width) };
};

let sent = null;
const send = () => {
  if (!held || (sent && sent.row === held.row && sent.column === held.column)) return;
  sent = held;
  trigger("input", held);
};

const move = (event) => {
  const stage = element.querySelector(".bd-stage");
  held = placeAt(stage, event);
  const frame = stage.querySelector(".bd-frame");
  frame.style.top = `${(100 * held.row) / stage.dataset.size}%`;
  frame.style.left = `${(100 * held.column) / stage.dataset.size}%`;
};

let timer = null;
element.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.target.closest(".bd-stage img")) return;
  event.preventDefault(); // the browser would start to drag the picture away
  sent = null;
  move(event);
  timer = setInterval(send, 150); // not with each of the many moves: each asks both models
});
window.addEventListener("pointermove", (event) => held && move(event));
for (const end of ["pointerup", "pointercancel"]) {
  window.addEventListener(end, () => {
    clearInterval(timer);
    send();
    held = null;
  });
}
