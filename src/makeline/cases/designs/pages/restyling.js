// Wishes for a picture in another style. ``at()``: where wishes of this customer are told; ``take`` makes the picture
// one that a design may hold.
import { call } from "./calls.js";
import { follow } from "./news.js";

export class Restyling {
  constructor({ at, headers = () => ({}), before = async () => {}, take = async (told) => ({ image: nameIn(told.url), url: told.url }) }) {
    Object.assign(this, { at, headers, before, take });
  }

  async all() {
    return call("GET", this.at(), { headers: this.headers() });
  }

  // What the server must know of first is saved first.
  async ask(wish) {
    await this.before();
    return call("POST", this.at(), { body: wish, headers: this.headers() });
  }

  // Tells each step, also after the line was lost for a while; ends by itself.
  follow(id, heard) {
    const stop = follow(`${this.at()}/${id}/events`, {
      headers: this.headers(),
      heard: (told) => {
        heard(told);
        // The server ends the line by itself; it is only not taken up again.
        if (told.over) setTimeout(stop, 150);
      },
    });
    return stop;
  }
}

export function nameIn(url) {
  return url.split("?")[0].split("/").at(-1);
}
