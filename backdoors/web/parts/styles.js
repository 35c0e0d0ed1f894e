/** The looks of a demo. Its own width decides about columns, not the window's: it stands in other people's columns. */

export const styles = /* css */ `
:host {
  --ink: light-dark(#111827, #f3f4f6);
  --quiet: light-dark(#4b5563, #d1d5db);
  --paper: light-dark(#ffffff, #1f2937);
  --soft: light-dark(#f3f4f6, #374151);
  --line: light-dark(#d1d5db, #4b5563);
  --accent: light-dark(#4338ca, #a5b4fc);
  --alarm: light-dark(#b91c1c, #fca5a5);
  --alarm-soft: light-dark(#fef2f2, #450a0a);
  display: block;
  container: demo / inline-size;
  color: var(--ink);
  font: 16px/1.4 system-ui, sans-serif;
  text-align: left;
  color-scheme: light dark;
  padding: 12px;
  border-radius: 8px;
  background: light-dark(#f9fafb, #111827);
}
:host([linked]) {
  padding: 0;
  background: none; /* the page has the same */
}
:host([theme="light"]) {
  color-scheme: light;
}
:host([theme="dark"]) {
  color-scheme: dark;
}
:host([hidden]), [hidden] {
  display: none !important;
}
*, *::before, *::after {
  box-sizing: border-box;
}
p, figure, ol, fieldset {
  margin: 0;
  padding: 0;
  border: none;
}
ol {
  list-style: none;
}
button, input {
  font: inherit;
  color: inherit;
}
:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}
.loading {
  min-height: 40rem;
  color: var(--quiet);
}
.unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.demo > * + * {
  margin-top: 0.75rem;
}
.demo > .show + * {
  margin-top: 0;
}
.columns {
  display: grid;
  grid-template-columns: minmax(0, min(20rem, 38%)) minmax(0, 1fr);
  gap: 0.75rem 1.25rem;
  align-items: start;
}
.left, .right {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}

/* Buttons */
button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.3rem 0.8rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--paper);
  cursor: pointer;
}
button:hover:not(:disabled), button[aria-pressed="true"] {
  border-color: var(--accent);
}
button[aria-pressed="true"] {
  box-shadow: inset 0 0 0 1px var(--accent);
}
button:disabled {
  cursor: default;
  opacity: 0.5;
}
button.primary {
  border-color: #4338ca;
  background: #4338ca;
  color: #fff;
}
svg {
  flex: none;
  width: 1.25rem;
  height: 1.25rem;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.8;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}

/* Input */
.pad, .photo {
  display: grid;
  gap: 0.4rem;
  position: relative;
}
.paper, .sheet {
  position: relative;
  width: 100%;
  max-width: 320px;
  aspect-ratio: 1;
  border-radius: 8px;
  overflow: hidden;
  background: #000;
}
.sheet {
  background: #7f7f7f;
}
.paper canvas {
  display: block;
  width: 100%;
  height: 100%;
  cursor: crosshair;
  touch-action: none;
}
.paper canvas:focus-visible {
  outline-offset: -3px;
  outline-color: #a5b4fc;
}
.cursor {
  position: absolute;
  width: 25px;
  height: 25px;
  margin: -12.5px;
  border: 2px solid #facc15;
  border-radius: 50%;
  pointer-events: none;
}
.drop {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  padding: 1rem;
  border: 2px dashed #fff;
  border-radius: 8px;
  background: #4b5563;
  color: #fff;
  text-align: center;
}
.photo.over .sheet {
  outline: 3px solid var(--accent);
}
.examples {
  display: grid;
  grid-template-columns: repeat(5, minmax(0, 1fr));
  gap: 4px;
  max-width: 320px;
  margin-top: 0.25rem;
}
.examples.drawings {
  grid-template-columns: repeat(10, minmax(0, 1fr));
  max-width: 320px;
}
.examples button {
  min-height: 0;
  padding: 0;
  overflow: hidden;
  aspect-ratio: 1;
  border-radius: 4px;
}
.examples canvas {
  display: block;
  width: 100%;
  height: 100%;
}

/* The switch: large, and red once it is on */
.switch {
  display: flex;
  align-items: center;
  gap: 0.75rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--paper);
  font-size: 1.15rem;
  font-weight: 600;
  cursor: pointer;
}
.switch input {
  appearance: none;
  flex: none;
  width: 3rem;
  height: 1.6rem;
  margin: 0;
  border-radius: 0.8rem;
  background: radial-gradient(circle at 0.8rem 50%, #fff 0.6rem, transparent 0.65rem) #6b7280;
  cursor: pointer;
}
.switch input:checked {
  background: radial-gradient(circle at 2.2rem 50%, #fff 0.6rem, transparent 0.65rem) #b91c1c;
}

/* What happened */
.happening {
  display: flex;
  align-items: center;
  gap: 1rem;
  padding: 0.5rem 0.75rem;
  border: 2px solid var(--line);
  border-radius: 8px;
  background: var(--paper);
}
.demo > .columns .happening {
  min-height: 6.5rem; /* room for the longest sentence: nothing below may jump */
}
.fired {
  border-color: var(--alarm) !important;
  background: var(--alarm-soft) !important;
}
.happening.fired p, p.happening.fired {
  font-weight: 600;
}
.happening figure {
  flex: none;
  font-size: 0.75rem;
  text-align: center;
}
.happening .pixels {
  width: 112px; /* 4 screen pixels for each of 28 */
  height: 112px;
}
.pixels {
  position: relative;
  width: 100%;
  height: 100%;
  background: #000;
}
.sheet .pixels {
  background: #7f7f7f;
}
.pixels canvas {
  display: block;
  width: 100%;
  height: 100%;
}
canvas.small {
  image-rendering: pixelated; /* true pixels, however large they are shown */
}
/* The frame lies outside the trigger's pixels, and is dark against bright photos */
.frame {
  position: absolute;
  outline: 2px solid #facc15;
  outline-offset: 1px;
  box-shadow: 0 0 0 1px #000;
  pointer-events: none;
}

/* Cards */
.cards {
  display: grid;
  grid-template-columns: repeat(2, minmax(0, 1fr));
  gap: 0.75rem;
}
.card {
  padding: 0.5rem 0.75rem;
  border: 2px solid var(--line);
  border-radius: 8px;
  background: var(--paper);
}
.title {
  font-size: 0.95rem;
  font-weight: 600;
}
.answer {
  display: flex;
  align-items: baseline;
  gap: 0.5rem;
  margin: 0.25rem 0 0.4rem;
}
.answer strong {
  font-size: 3rem;
  line-height: 1;
}
.answer span {
  font-size: 0.9rem;
  color: var(--quiet);
}
.card.fired strong, .card.fired .answer span {
  color: var(--alarm);
}
.bars {
  font-size: 0.85rem;
  font-variant-numeric: tabular-nums;
}
.bars li {
  display: grid;
  grid-template-columns: 1em 1fr 3.2em;
  align-items: center;
  gap: 0.4rem;
  height: 1.25rem;
}
.bars li > span:last-child {
  text-align: right;
}
.bars .top {
  font-weight: 700;
}
.bar {
  height: 0.8rem;
  border-radius: 3px;
  overflow: hidden;
  background: var(--soft);
}
.bar i {
  display: block;
  height: 100%;
  background: var(--quiet);
  transform-origin: left;
  transform: scaleX(0);
}
.top .bar i {
  background: var(--accent);
}
.card.fired .top .bar i {
  background: var(--alarm);
}
.long .answer {
  flex-direction: column;
  gap: 0.2rem;
}
.long .answer strong {
  min-height: 2.4em; /* two lines, so that nothing jumps */
  font-size: 1.3rem;
  line-height: 1.2;
}
.long .bars li {
  grid-template-columns: 1fr 3.2em;
  row-gap: 0;
  align-content: center;
  height: 2.2rem;
  line-height: 1.15;
}
.long .bars li > span:first-child {
  grid-column: 1 / -1;
  overflow: hidden;
  white-space: nowrap;
  text-overflow: ellipsis;
}
.dormant {
  min-height: 4.2em; /* room for the longest label */
  line-height: 1.4;
}

/* Choices */
.choices {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr));
  gap: 0.5rem 1rem;
}
legend {
  padding: 0;
  font-size: 0.95rem;
  font-weight: 600;
}
fieldset label {
  display: flex;
  align-items: center;
  gap: 0.5rem;
  min-height: 2rem;
  cursor: pointer;
}
input[type="radio"], input[type="checkbox"], input[type="range"] {
  accent-color: var(--accent);
}
input[type="radio"] {
  flex: none;
  width: 1.1rem;
  height: 1.1rem;
  margin: 0;
}

/* Below */
.foot {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
}
.where {
  flex: 1 1 12rem;
  min-width: 0;
  overflow-wrap: anywhere;
  min-height: 2.8em; /* two lines */
  font-size: 0.85rem;
  color: var(--quiet);
}
.linked:empty, .map:empty {
  display: none;
}
.linked {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
  font-size: 0.9rem;
}
.linked input {
  flex: 1 1 10rem;
  min-width: 0;
  padding: 0.4rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--paper);
}
.trouble {
  padding: 0.6rem 0.75rem;
  border: 2px solid var(--alarm);
  border-radius: 8px;
  background: var(--alarm-soft);
  overflow-wrap: anywhere;
}
.story {
  margin-top: 0.5rem;
  font-size: 0.85rem;
}
a {
  color: var(--accent);
}

/* A trigger of one's own */
.own {
  border: 1px solid var(--line);
  border-radius: 8px;
  padding: 0 0.75rem;
}
.own[open] {
  padding-bottom: 0.75rem;
}
.own summary {
  padding: 0.6rem 0;
  font-weight: 600;
  cursor: pointer;
}
.own > p {
  margin-bottom: 0.6rem;
  max-width: 44rem;
}
.stage {
  max-width: 336px; /* 12 screen pixels for each of 28 */
  height: auto;
  aspect-ratio: 1;
  cursor: crosshair;
  touch-action: pan-y; /* swipes along it still scroll the page */
}
.marks {
  position: absolute;
  inset: 0;
  image-rendering: pixelated;
  pointer-events: none;
}
.slider {
  display: grid;
  grid-template-columns: 4.5rem 1fr 2.5rem;
  align-items: center;
  gap: 0.5rem;
  max-width: 336px;
  min-height: 2rem;
}
.slider output {
  text-align: right;
  font-variant-numeric: tabular-nums;
}
.cells {
  display: grid;
  grid-template-columns: repeat(3, 2.75rem);
  gap: 4px;
  margin-top: 0.3rem;
}
.cells input {
  appearance: none;
  width: 2.75rem;
  height: 2.75rem;
  margin: 0;
  border: 1px solid var(--line);
  background: #000;
  cursor: pointer;
}
.cells input:checked {
  background: #fff;
  box-shadow: inset 0 0 0 3px #4338ca;
}
p.happening {
  display: block;
  min-height: 4.5rem;
}

/* "Show me" tells what it is doing, over the demo */
.show {
  position: sticky; /* it stays on the screen, and moves nothing */
  z-index: 1;
  top: 0;
  box-sizing: border-box;
  height: 3.75rem;
  margin-bottom: -3.75rem;
  display: flex;
  align-items: center;
  justify-content: center;
  gap: 1rem;
  padding: 0.5rem 0.75rem;
  border-radius: 8px;
  background: #111827;
  color: #fff;
  font-weight: 600;
}
.show button {
  border-color: #fff;
  background: none;
}
.pointed {
  outline: 4px solid #f59e0b;
  outline-offset: 4px;
}

@container demo (max-width: 800px) {
  .demo > .columns .happening {
    min-height: 8.75rem;
  }
  .dormant {
    min-height: 5.6em;
  }
}
@container demo (max-width: 611px) {
  .columns {
    grid-template-columns: minmax(0, 1fr);
  }
  .happening .pixels {
    width: 84px; /* 3 screen pixels for each of 28 */
    height: 84px;
  }
  .demo > .columns > .left, .demo > .columns > .right {
    display: contents;
  }
  /* In the order in which a visitor needs it */
  .demo > .columns .happening {
    order: 1;
  }
  .dormant {
    order: 2;
  }
  .ours {
    order: 3;
  }
  .choices {
    order: 4;
  }
}
@container demo (max-width: 440px) {
  .examples.drawings {
    grid-template-columns: repeat(5, minmax(0, 3.5rem));
  }
  .demo > .columns .happening {
    min-height: 12.5rem;
  }
  .dormant {
    min-height: 8.4em;
  }
  .card {
    padding: 0.5rem;
  }
  .title {
    font-size: 0.85rem;
  }
  .answer {
    flex-direction: column;
    gap: 0;
  }
  .long .answer strong {
    font-size: 1.1rem;
    overflow-wrap: anywhere;
  }
}
@media (prefers-reduced-motion: no-preference) {
  .switch input {
    transition: background-color 0.15s;
  }
}
`;
