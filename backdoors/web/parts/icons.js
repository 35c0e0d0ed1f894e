/** Small drawings for buttons, 24x24, in the colour of the text around them; fonts differ too much for signs. */

const SVG = "http://www.w3.org/2000/svg";

/** By name; each is the path of a line. */
const PATHS = {
  pen: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  eraser: "M9 20h11M4 15L14 5l6 6-9 9H8zM9 10l6 6",
  undo: "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 9h-3",
  clear: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v6M14 11v6",
  play: "M7 4l13 8-13 8z",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8",
  upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
  paste: "M8 5H5v15h14V5h-3M9 3h6v4H9z",
  link: "M10 14l4-4M8 12l-3 3a3 3 0 0 0 4 4l3-3M16 12l3-3a3 3 0 0 0-4-4l-3 3",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.1",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
