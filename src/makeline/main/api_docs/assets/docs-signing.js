// Two calculators of signatures: ours (HMAC-SHA256 over the call) and the print partner's (MD5 over the fields).

const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

export function canonicalQuery(query) {
  const pairs = query.split("&").filter(Boolean).map((pair) => {
    const [name, ...rest] = pair.split("=");
    const plain = (text) => decodeURIComponent(text.replaceAll("+", " "));
    return `${encode(plain(name))}=${encode(plain(rest.join("=")))}`;
  });
  return pairs.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join("&");
}

async function signCall(form) {
  const value = (name) => form.elements[name].value;
  const digest = hex(await crypto.subtle.digest("SHA-256", bytes(value("body"))));
  const lines = ["makeline-hmac-v1", value("method"), value("path"), canonicalQuery(value("query")), value("timestamp"), value("nonce"), digest];
  const text = lines.join("\n");
  const key = await crypto.subtle.importKey("raw", bytes(value("secret")), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return { text, signature: hex(await crypto.subtle.sign("HMAC", key, bytes(text))) };
}

// The values of the top level as they stand in the text: JSON.parse would make 20 of 20.0.
export function topLevelValues(text) {
  const parsed = JSON.parse(text);
  const first = Array.isArray(parsed) ? parsed[0] : parsed;
  if (first === null || typeof first !== "object" || Array.isArray(first)) return {};
  const found = {};
  const wanted = Array.isArray(parsed) ? 2 : 1;
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  let depth = 0;
  let name = null;
  let after = false;
  for (const [piece] of text.matchAll(token)) {
    if (piece === "{" || piece === "[") { depth += 1; name = after ? null : name; after = false; continue; }
    if (piece === "}" || piece === "]") { depth -= 1; if (depth < wanted) break; continue; }
    if (piece === ",") { name = null; after = false; continue; }
    if (piece === ":") { after = true; continue; }
    if (depth !== wanted) continue;
    if (!after) name = JSON.parse(piece);
    else if (name !== null) { found[name] = piece.startsWith('"') ? JSON.parse(piece) : piece; after = false; }
  }
  return found;
}

async function signFields(form) {
  const values = topLevelValues(form.elements.body.value || "{}");
  const text = Object.keys(values).sort().map((name) => values[name]).join("");
  return { text, signature: md5(`${text}${form.elements.system.value}${form.elements.key.value}`) };
}

export function md5(text) {
  const data = bytes(text);
  const words = new Int32Array((((data.length + 8) >> 6) + 1) * 16);
  data.forEach((byte, at) => { words[at >> 2] |= byte << ((at % 4) * 8); });
  words[data.length >> 2] |= 0x80 << ((data.length % 4) * 8);
  words[words.length - 2] = data.length * 8;
  const turns = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
  const sines = Array.from({ length: 64 }, (_, at) => Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32) | 0);
  let state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d] = state;
    for (let at = 0; at < 64; at += 1) {
      const round = at >> 4;
      const mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
      const word = words[block + [at, (5 * at + 1) % 16, (3 * at + 5) % 16, (7 * at) % 16][round]];
      const sum = (a + mixed + sines[at] + word) | 0;
      const turn = turns[round][at % 4];
      [a, d, c, b] = [d, c, b, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0];
    }
    state = [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
  }
  return hex(Int32Array.from(state).buffer);
}

function start(form, sign) {
  const out = (name, text) => { form.querySelector(`[data-out=${name}]`).textContent = text; };
  const work = async () => {
    try {
      const made = await sign(form);
      out("text", made.text);
      out("signature", made.signature);
    } catch (error) {
      out("text", "");
      out("signature", error instanceof SyntaxError ? "–" : String(error.message));
    }
  };
  form.addEventListener("input", work);
  form.addEventListener("submit", (event) => event.preventDefault());
  work();
}

export function startCalculators() {
  const ours = document.getElementById("hmac");
  const partners = document.getElementById("md5");
  if (ours) start(ours, signCall);
  if (partners) start(partners, signFields);
}
