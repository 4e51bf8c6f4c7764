// Everything that is drawn on a case and has to be fetched: photographs, stickers, backgrounds, letters.
import { here } from "./calls.js";

// A phone holds a few pictures of this size; the print is made of the whole ones.
const LARGEST_SIDE = 1800;
const STICKER_PX = 480;

export class Shelf {
  constructor(root, arrived) {
    this.root = root;
    this.arrived = arrived;
    this.pictures = new Map();
    this.drawings = new Map();
    this.fonts = new Map();
    this.art = new Map();
    this.count = 0;
  }

  // A photograph that was just chosen: shown at once, sent meanwhile.
  async fromFile(file, slot) {
    const bitmap = await small(file);
    this.count += 1;
    const id = `local:${this.count}`;
    this.pictures.set(id, { id, bitmap, width: bitmap.width, height: bitmap.height, clear: file.type !== "image/jpeg", sent: false, progress: 0, name: file.name, slot });
    return this.pictures.get(id);
  }

  sent(id, told) {
    const entry = this.pictures.get(id);
    Object.assign(entry, { sent: true, progress: 1, image: told.image, url: told.url });
    this.pictures.set(told.image, entry);
    this.arrived();
  }

  // One that the server holds.
  fromServer(told) {
    const known = this.pictures.get(told.image);
    if (known) {
      Object.assign(known, { url: told.url, kept: known.kept || !told.fresh });
      return known;
    }
    const entry = { id: told.image, image: told.image, url: told.url, sent: true, kept: !told.fresh, progress: 1, bitmap: null, width: 0, height: 0 };
    this.pictures.set(told.image, entry);
    this.fetchPicture(entry);
    return entry;
  }

  async fetchPicture(entry) {
    try {
      const answer = await fetch(here(this.root, entry.url, "image"));
      if (!answer.ok) throw new TypeError(`${answer.status}`);
      const blob = await answer.blob();
      entry.bitmap = await small(blob);
      // Only other kinds may be seen through.
      entry.clear = blob.type !== "image/jpeg";
      entry.width = entry.bitmap.width;
      entry.height = entry.bitmap.height;
      entry.lost = false;
    } catch {
      entry.lost = true;
    }
    this.arrived();
  }

  picture(id) {
    return this.pictures.get(id) || null;
  }

  // How the server may know it: by name what its design holds already, else by the link that it gave.
  reference(id) {
    const entry = this.picture(id);
    if (!entry || !entry.sent) return null;
    return entry.kept ? entry.image : entry.url;
  }

  // Stickers and backgrounds, which may have the same names.
  offer(kind, items) {
    for (const category of items) for (const one of category.pictures) this.art.set(`${kind} ${one.id}`, one.url);
  }

  sticker(id) {
    return this.drawing(`sticker ${id}`, STICKER_PX, STICKER_PX);
  }

  backdrop(id, width, height) {
    return this.drawing(`backdrop ${id}`, width, height);
  }

  // A drawing of ours at a size, as pixels.
  drawing(name, width, height) {
    const key = `${name} ${width}x${height}`;
    const known = this.drawings.get(key);
    if (known !== undefined) return known;
    const address = this.art.get(name);
    if (!address) return null;
    this.drawings.set(key, null);
    rastered(`${this.root}${address.replace(/^\//, "")}`, width, height).then(
      (canvas) => { this.drawings.set(key, canvas); this.arrived(); },
      () => { this.drawings.delete(key); },
    );
    return null;
  }

  // The families as a canvas wants them; fetched when first asked for.
  font(families) {
    for (const family of families) {
      if (this.fonts.has(family)) continue;
      this.fonts.set(family, false);
      const name = family.toLowerCase().replaceAll(" ", "-");
      fetch(`${this.root}v1/fonts/${encodeURIComponent(name)}`)
        .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new TypeError(`${answer.status}`))))
        .then((bytes) => new FontFace(`Case ${family}`, bytes).load())
        .then((face) => { document.fonts.add(face); this.fonts.set(family, true); this.arrived(); })
        .catch(() => this.fonts.delete(family));
    }
    return families.map((family) => `"Case ${family}"`).join(", ");
  }

  ready(families) {
    return families.every((family) => this.fonts.get(family));
  }
}

// Upright, and no larger than a screen can show.
async function small(blob) {
  const whole = await createImageBitmap(blob);
  const by = LARGEST_SIDE / Math.max(whole.width, whole.height);
  if (by >= 1) return whole;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(whole.width * by));
  canvas.height = Math.max(1, Math.round(whole.height * by));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  return canvas;
}

async function rastered(address, width, height) {
  const answer = await fetch(address);
  if (!answer.ok) throw new TypeError(`${answer.status}`);
  const svg = (await answer.text()).replace("<svg ", `<svg width="${width}" height="${height}" `);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  return canvas;
}
