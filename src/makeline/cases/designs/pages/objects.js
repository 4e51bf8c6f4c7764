// The things on a case: where each lies in pixels of the print, and how it is moved, sized, turned, put away.
// An object is named by a word: "picture:0", "sticker:2", "text".
import { PLAIN_VIEW } from "./design.js";

export const MOST_STICKERS = 20;
const SIZES = { sticker: [0.05, 1], text: [0.4, 2.5] };
const LARGEST_ZOOM = 4;

export const between = (low, high, value) => Math.min(high, Math.max(low, value));
const exact = (value) => Math.round(value * 10000) / 10000;
const whole = (turn) => ((Math.round(turn) % 360) + 360) % 360;

export const kindOf = (id) => (id || "").split(":")[0];
export const indexOf = (id) => Number((id || "").split(":")[1] || 0);

// From the bottom up, as they are drawn.
export function objectsOf(design, outline) {
  const found = outline ? outline.frames.map((_, slot) => `picture:${slot}`) : [];
  design.stickers.forEach((_, index) => found.push(`sticker:${index}`));
  if (design.text.trim()) found.push("text");
  return found;
}

// How a picture lies in its frame: pixels of the print for one of its own, how far it stands out, its corner.
export function lieOf(picture, size, frame) {
  const { zoom, shift_x, shift_y, turn } = picture.view;
  const lying = turn % 180 !== 0;
  const wide = lying ? size.height : size.width;
  const high = lying ? size.width : size.height;
  const scale = Math.max(frame.width / wide, frame.height / high) * zoom;
  const over = { x: wide * scale - frame.width, y: high * scale - frame.height };
  const left = frame.left - (over.x * (shift_x + 1)) / 2;
  return { scale, over, wide: wide * scale, high: high * scale, left, top: frame.top - (over.y * (shift_y + 1)) / 2 };
}

// The text's middle, size and turn now, which may be ahead of the lettering that the server has set.
export function spotOf(design, outline) {
  if (design.text_spot) return design.text_spot;
  const lettering = outline && outline.lettering;
  if (!lettering) return null;
  const { left, top, width, height } = lettering.box;
  return {
    x: exact((left + width / 2) / outline.width_px), y: exact((top + height / 2) / outline.height_px),
    size: exact(between(...SIZES.text, lettering.size_px / outline.usual_size_px)), turn: whole(lettering.turn),
  };
}

// The rectangle of an object before its turn about its middle.
export function boxOf(id, design, outline) {
  if (!outline) return null;
  const kind = kindOf(id);
  if (kind === "picture") {
    const frame = outline.frames[indexOf(id)];
    return frame ? { ...middled(frame), turn: 0 } : null;
  }
  if (kind === "sticker") {
    const one = design.stickers[indexOf(id)];
    if (!one) return null;
    const side = one.size * outline.width_px;
    return { x: one.x * outline.width_px, y: one.y * outline.height_px, width: side, height: side, turn: one.turn };
  }
  const spot = spotOf(design, outline);
  if (!spot || !outline.lettering || !design.text.trim()) return null;
  const grown = (spot.size * outline.usual_size_px) / outline.lettering.size_px;
  const { width, height } = outline.lettering.box;
  const by = Math.abs(grown - 1) < 0.02 ? 1 : grown;
  return {
    x: spot.x * outline.width_px, y: spot.y * outline.height_px, width: width * by, height: height * by, turn: spot.turn,
  };
}

function middled(box) {
  return { x: box.left + box.width / 2, y: box.top + box.height / 2, width: box.width, height: box.height };
}

// The topmost object under a point; ``near``: how far beside it a finger may be.
export function objectAt(point, design, outline, near) {
  for (const id of objectsOf(design, outline).reverse()) {
    const box = boxOf(id, design, outline);
    if (!box) continue;
    const angle = (-box.turn * Math.PI) / 180;
    const dx = point.x - box.x;
    const dy = point.y - box.y;
    const across = Math.abs(dx * Math.cos(angle) - dy * Math.sin(angle));
    const along = Math.abs(dx * Math.sin(angle) + dy * Math.cos(angle));
    const room = kindOf(id) === "picture" ? 0 : near;
    if (across <= box.width / 2 + room && along <= box.height / 2 + room) return id;
  }
  return null;
}

// Each of these answers the changes of the design; {} where there is nothing to change.
export function moved(id, dx, dy, design, outline, size) {
  const kind = kindOf(id);
  if (kind === "picture") {
    const slot = indexOf(id);
    const picture = design.pictures[slot];
    const frame = outline.frames[slot];
    if (!picture || !size || !frame) return {};
    const { over, left, top } = lieOf(picture, size, frame);
    const view = {
      ...picture.view,
      shift_x: over.x > 0.5 ? exact(between(-1, 1, (-2 * (left + dx - frame.left)) / over.x - 1)) : 0,
      shift_y: over.y > 0.5 ? exact(between(-1, 1, (-2 * (top + dy - frame.top)) / over.y - 1)) : 0,
    };
    return pictured(design, slot, { view });
  }
  return placed(id, design, outline, (spot) => ({
    x: exact(between(0, 1, spot.x + dx / outline.width_px)), y: exact(between(0, 1, spot.y + dy / outline.height_px)),
  }));
}

// ``about``: the point that stays where it is, for pictures.
export function scaled(id, factor, design, outline, size, about) {
  if (kindOf(id) === "picture") {
    const picture = design.pictures[indexOf(id)];
    return picture ? zoomed(id, picture.view.zoom * factor, design, outline, size, about) : {};
  }
  const [least, most] = SIZES[kindOf(id)] || [0, 1];
  return placed(id, design, outline, (spot) => ({ size: exact(between(least, most, spot.size * factor)) }));
}

export function zoomed(id, zoom, design, outline, size, about) {
  const slot = indexOf(id);
  const picture = design.pictures[slot];
  const frame = outline.frames[slot];
  if (!picture || !size || !frame) return {};
  const middle = about || { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
  const before = lieOf(picture, size, frame);
  const at = { x: (middle.x - before.left) / before.scale, y: (middle.y - before.top) / before.scale };
  const larger = pictured(design, slot, { view: { ...picture.view, zoom: exact(between(1, LARGEST_ZOOM, zoom)) } });
  const after = lieOf(larger.pictures[slot], size, frame);
  const dx = middle.x - at.x * after.scale - after.left;
  const dy = middle.y - at.y * after.scale - after.top;
  return moved(id, dx, dy, { ...design, ...larger }, outline, size);
}

export function sized(id, value, design, outline) {
  const [least, most] = SIZES[kindOf(id)];
  return placed(id, design, outline, () => ({ size: exact(between(least, most, value)) }));
}

// Pictures turn by quarters; ``degrees`` is then a step of 90.
export function turned(id, degrees, design, outline) {
  if (kindOf(id) === "picture") {
    const slot = indexOf(id);
    const picture = design.pictures[slot];
    if (!picture) return {};
    return pictured(design, slot, { view: { ...picture.view, shift_x: 0, shift_y: 0, turn: whole(picture.view.turn + degrees) } });
  }
  return placed(id, design, outline, (spot) => ({ turn: whole(spot.turn + degrees) }));
}

export function turnedTo(id, degrees, design, outline) {
  return placed(id, design, outline, () => ({ turn: whole(degrees) }));
}

export function removed(id, design) {
  const index = indexOf(id);
  if (kindOf(id) === "picture") return pictured(design, index, null);
  if (kindOf(id) === "sticker") return { stickers: design.stickers.filter((_, at) => at !== index) };
  return { text: "", text_spot: null };
}

// Upwards or downwards among the stickers; answers the changes and the object's new name.
export function restacked(id, by, design) {
  const from = indexOf(id);
  const to = between(0, design.stickers.length - 1, from + by);
  const stickers = [...design.stickers];
  stickers.splice(to, 0, ...stickers.splice(from, 1));
  return [{ stickers }, `sticker:${to}`];
}

function pictured(design, slot, changes) {
  const pictures = [...design.pictures];
  while (pictures.length <= slot) pictures.push(null);
  pictures[slot] = changes && { view: PLAIN_VIEW, ...pictures[slot], ...changes };
  return { pictures };
}

function placed(id, design, outline, changes) {
  if (kindOf(id) === "sticker") {
    const index = indexOf(id);
    return { stickers: design.stickers.map((one, at) => (at === index ? { ...one, ...changes(one) } : one)) };
  }
  const spot = spotOf(design, outline);
  return spot ? { text_spot: { ...spot, ...changes(spot) } } : {};
}
