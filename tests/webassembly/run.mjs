// The host of the client in WebAssembly: node run.mjs MODULE URL

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request } from "node:http";

const [file, url] = process.argv.slice(2);
let last = 0;

const host = {
  now: () => Date.now(),
  random: () => randomBytes(4).readUInt32LE(),
  done: () => process.exit(0),
  say: (text, length) => console.log(read(text, length)),
  start: (text, length) => {
    const number = ++last;
    const what = JSON.parse(read(text, length));
    const done = "sleep" in what ? sleep(what.sleep) : send(what);
    done.catch((error) => ({ error: String(error) })).then((result) => end(number, result));
    return number;
  },
};

function read(text, length) {
  return Buffer.from(exports.memory.buffer, text, length).toString();
}

function write(text) {
  const bytes = Buffer.from(text);
  const room = exports.room(bytes.length);
  bytes.copy(Buffer.from(exports.memory.buffer, room, bytes.length));
  return [room, bytes.length];
}

function end(number, result) {
  exports.end(number, ...write(JSON.stringify(result ?? null)));
}

// No timer is longer.
function sleep(milliseconds) {
  return new Promise((done) => setTimeout(done, Math.min(milliseconds, 2 ** 31 - 1)));
}

// Sends the request as it is: every header is signed.
function send({ method, url, headers, body }) {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(url);
    const path = url.slice(url.indexOf("/", url.indexOf("//") + 2));
    const options = { method, hostname, port, path, headers: Object.fromEntries(headers) };
    const sent = request(options, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", fail);
      answer.on("end", () => {
        const raw = answer.rawHeaders;
        const headers = raw.flatMap((name, i) => (i % 2 ? [] : [[name, raw[i + 1]]]));
        done({ status: answer.statusCode, headers, body: Buffer.concat(pieces).toString("base64") });
      });
    });
    sent.on("error", fail);
    sent.end(Buffer.from(body, "base64"));
  });
}

const { instance } = await WebAssembly.instantiate(await readFile(file), { host });
const exports = instance.exports;
exports.begin(...write(url));
