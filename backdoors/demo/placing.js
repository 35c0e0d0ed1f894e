// A tap or a drag on a `.bd-stage` says where the patch's upper left corner shall be: `input` with {row, column}, in the
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

const move = (event) => {
  const stage = element.querySelector(".bd-stage");
  const place = placeAt(stage, event);
  if (held.row === place.row && held.column === place.column) return;
  held = place;
  const frame = stage.querySelector(".bd-frame");
  if (frame) {
    frame.style.top = `${(100 * place.row) / stage.dataset.size}%`;
    frame.style.left = `${(100 * place.column) / stage.dataset.size}%`;
  }
  trigger("input", place);
};

element.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.target.closest(".bd-stage img")) return;
  event.preventDefault(); // the browser would start to drag the picture away
  held = {};
  move(event);
});
window.addEventListener("pointermove", (event) => held && move(event));
for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => (held = null));
