/**
 * The server's engine: the page's own API answers, as it answers every client.
 *
 *     const engine = new ServerEngine({ api: "https://example.org/gradio_api", endpoint: "classify_digit", choices: true });
 *
 * It gets the visitor's picture as a file: a drawing as PNG, a photo as it was chosen. The other parts of a question are those of the browser's engine.
 */

/** @typedef {import("./browser.js").Question} Question */
/** @typedef {import("./browser.js").Engine} Engine */

const FILE = { _type: "gradio.FileData" };

/** @implements {Engine} */
export class ServerEngine {
  where = /** @type {const} */ ("server");
  live = false;

  /**
   * @param {{ api: string, endpoint: string, choices: boolean }} where `choices` says whether the endpoint takes a
   *     trigger and an attack by name, or only whether the trigger is on
   */
  constructor({ api, endpoint, choices }) {
    this.api = api;
    this.endpoint = endpoint;
    this.choices = choices;
  }

  /**
   * @param {Question} question with the picture as it was drawn or uploaded, in `file`
   * @returns {Promise<import("./verdict.js").Verdict>}
   */
  async ask({ file, trigger, attack, triggered, signal }) {
    const picture = await file?.();
    if (!picture) throw new Error("the server needs the picture as a file");
    const form = new FormData();
    form.append("files", picture, "picture");
    const [path] = await json(await fetch(`${this.api}/upload`, { method: "POST", body: form, signal }));
    const others = this.choices ? [triggered ? trigger : "none", attack] : [triggered];
    const call = `${this.api}/call/${this.endpoint}`;
    const asked = await fetch(call, {
      signal,
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ data: [{ path, meta: FILE }, ...others] }),
    });
    const { event_id: event } = await json(asked);
    return verdictIn(await (await fetch(`${call}/${event}`, { signal })).text());
  }
}

/**
 * @param {Response} answer
 * @throws {Error} with the server's own words
 */
async function json(answer) {
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail ?? `the server answers ${answer.status}`);
  return said;
}

/**
 * The last event of the stream.
 * @param {string} stream
 */
function verdictIn(stream) {
  const last = [...stream.matchAll(/^event: (complete|error)\ndata: (.*)$/gm)].at(-1);
  if (!last) throw new Error("the server's answer broke off");
  const data = JSON.parse(last[2]);
  if (last[1] === "error") throw new Error(data?.error ?? String(data));
  return data[0];
}
