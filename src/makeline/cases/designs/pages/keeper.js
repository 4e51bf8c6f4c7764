// Keeps a design: at once on this device, a moment later with the server, and again when the network is back.
import { call, later, passes } from "./calls.js";

const LONGEST_PAUSE = 20000;

// ``kept`` is where this device remembers: {id, token, version, design, dirty, ...}.
export class Keeper {
  // ``all``: the address below which designs are kept.
  constructor(all, place, { body, told, changed }) {
    Object.assign(this, { all, place, body, told, changed });
    this.kept = read(place);
    this.state = "";
    this.pause = 0;
    this.running = null;
    this.soon = later(600, () => this.push());
    addEventListener("online", () => { if (this.kept.dirty) this.push(); });
    addEventListener("pagehide", () => { if (this.kept.dirty) write(this.place, this.kept); });
  }

  get headers() {
    return this.kept.token ? { Authorization: `Bearer ${this.kept.token}` } : {};
  }

  get at() {
    return `${this.all}/${encodeURIComponent(this.kept.id)}`;
  }

  note(changes) {
    this.kept = { ...this.kept, ...changes };
    write(this.place, this.kept);
  }

  // Something is worth keeping: here now, there soon.
  keep(design) {
    this.note({ design, dirty: true });
    if (this.state !== "elsewhere") {
      this.say(navigator.onLine === false ? "away" : "saving");
      this.soon();
    }
  }

  say(state, error) {
    this.state = state;
    this.changed(state, error);
  }

  // Resolves when the server holds what the page shows; throws what keeps it from that.
  async flush() {
    this.soon.stop();
    while (this.running) await this.running.catch(() => {});
    if (!this.kept.dirty && this.kept.id) return;
    await this.push(true);
  }

  async push(loud = false) {
    if (this.running) {
      await this.running.catch(() => {});
      if (!this.kept.dirty) return;
    }
    this.running = this.save();
    try {
      await this.running;
      this.pause = 0;
    } catch (error) {
      this.failed(error);
      if (loud) throw error;
    } finally {
      this.running = null;
    }
    if (this.kept.dirty && this.state === "saving") this.soon();
  }

  async save() {
    const design = this.kept.design;
    const body = this.body();
    let answer;
    if (this.kept.id) {
      const headers = { ...this.headers, "If-Match": `"${this.kept.version}"` };
      answer = await call("PUT", this.at, { body, headers });
    } else {
      answer = await call("POST", this.all, { body, headers: this.headers });
    }
    const same = design === this.kept.design;
    this.note({
      id: answer.design_id, version: answer.version, token: answer.design_token || this.kept.token || null,
      dirty: !same,
    });
    this.told(answer);
    this.say(same ? "saved" : "saving");
  }

  failed(error) {
    if (error.status === 404 && this.kept.id) {
      // Its time was over, or somebody erased it: what is here begins a new one.
      this.note({ id: null, version: null });
      this.soon();
      return;
    }
    if (error.code === "DESIGN_CHANGED") return this.say("elsewhere", error);
    if (!passes(error)) return this.say("refused", error);
    this.say("away", error);
    this.pause = Math.min(LONGEST_PAUSE, (this.pause || 1000) * 2);
    setTimeout(() => { if (this.kept.dirty && this.state === "away") this.push(); }, this.pause * (0.7 + Math.random() * 0.6));
  }

  // The design as the server has it, or null when there is none to go on with.
  async read() {
    if (!this.kept.id) return null;
    try {
      const answer = await call("GET", this.at, { headers: this.headers });
      this.note({ version: answer.version });
      return answer;
    } catch (error) {
      if (error.status === 404 || error.status === 401) {
        this.note({ id: null, version: null });
        return null;
      }
      throw error;
    }
  }

  // Somebody saved it elsewhere: theirs is taken, or ours goes over it.
  async takeTheirs() {
    const answer = await this.read();
    this.note({ dirty: false });
    this.say("saved");
    return answer;
  }

  async keepOurs() {
    await this.read();
    this.note({ dirty: true });
    this.say("saving");
    await this.push();
  }

  async verdict() {
    return call("GET", `${this.at}/verdict`, { headers: this.headers });
  }

  async approve() {
    await this.flush();
    const answer = await call("POST", `${this.at}/approve`, { body: { version: this.kept.version }, headers: this.headers });
    this.note({ version: answer.version });
    this.told(answer);
    return answer;
  }

  forget() {
    this.soon.stop();
    this.kept = {};
    write(this.place, null);
  }
}

function read(place) {
  try {
    return JSON.parse(localStorage.getItem(place)) || {};
  } catch {
    return {};
  }
}

// A device that remembers nothing still designs.
function write(place, kept) {
  try {
    if (kept) localStorage.setItem(place, JSON.stringify(kept));
    else localStorage.removeItem(place);
  } catch {
    return;
  }
}
