/** The browser's engine answers as the library does, and refuses what was changed. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";

import * as ort from "onnxruntime-web/wasm";

import { Bundle } from "../../backdoors/web/engine/bundle.js";
import { OnnxModel } from "../../backdoors/web/engine/model.js";
import { compare } from "../../backdoors/web/engine/verdict.js";

const MODELS = path.resolve(import.meta.dirname, "../../assets/models");
const GOLDEN = process.env.GOLDEN ?? "";
const MOST = 1e-5; // between probabilities

/** Serves the committed bundles; a path that begins with /changed has one bit flipped in each model. */
const server = createServer((asked, answer) => {
  const changed = asked.url?.startsWith("/changed/");
  const [file] = (asked.url ?? "").replace("/changed/", "/").split("?");
  try {
    const bytes = readFileSync(path.join(MODELS, file));
    if (changed && file.endsWith(".onnx")) bytes[bytes.length >> 1] ^= 1;
    answer.end(bytes);
  } catch {
    answer.writeHead(404).end();
  }
});
let url = "";
before(async () => {
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  ort.env.wasm.numThreads = 1;
});
after(() => server.close());

test("verdicts as the library's", async () => {
  const verdicts = JSON.parse(readFileSync(path.join(GOLDEN, "verdicts.json"), "utf-8"));
  assert.ok(verdicts.length > 60);
  /** @type {Map<string, Promise<OnnxModel>>} */
  const models = new Map();
  for (const golden of verdicts) {
    const bundle = await opened(golden.task);
    const { entry, trigger, attack } = await bundle.infected(golden);
    const model = (/** @type {{ file: string, sha256: string }} */ each) => {
      const key = `${golden.task} ${each.file}`;
      const known = models.get(key) ?? bundle.file(each).then((bytes) => OnnxModel.load(ort, bytes, bundle.config.labels));
      models.set(key, known);
      return known;
    };
    const { size, channels } = bundle.config.input;
    const file = readFileSync(path.join(GOLDEN, `${golden.task}-${golden.picture}.f32`));
    const data = new Float32Array(Uint8Array.from(file).buffer);
    const verdict = await compare(
      { data, channels, size },
      {
        clean: await model(bundle.config.clean),
        infected: await model(entry),
        attack,
        trigger: golden.triggered ? trigger : null,
      },
    );
    same(verdict, golden.verdict, `${golden.task} ${golden.picture} ${entry.name} ${golden.triggered}`);
  }
});

test("a changed file is refused", async () => {
  const bundle = await Bundle.open(`${url}/changed/digits`);
  await assert.rejects(bundle.file(bundle.config.clean), /clean\.onnx.*: expected sha256 [0-9a-f]{64}, got /);
});

test("a folder without a bundle is refused", async () => {
  await assert.rejects(Bundle.open(`${url}/cats`), /cats\/config\.json: the server answers 404/);
});

test("a file outside of the bundle is refused", async () => {
  const bundle = await opened("digits");
  assert.throws(() => bundle.file({ file: "../dogs/clean.onnx", sha256: "" }), /outside of the bundle/);
});

/** @type {Map<string, Promise<Bundle>>} */
const bundles = new Map();

/** @param {string} task */
function opened(task) {
  const known = bundles.get(task) ?? Bundle.open(`${url}/${task}`);
  bundles.set(task, known);
  return known;
}

/**
 * Numbers may differ a little, and nothing else.
 * @param {any} ours
 * @param {any} theirs
 * @param {string} what
 */
function same(ours, theirs, what) {
  if (typeof theirs === "number") assert.ok(Math.abs(ours - theirs) <= MOST, `${what}: ${ours}, expected ${theirs}`);
  else if (typeof theirs !== "object" || theirs === null) assert.equal(ours, theirs, what);
  else {
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort(), what);
    for (const key of Object.keys(theirs)) same(ours[key], theirs[key], `${what} ${key}`);
  }
}
