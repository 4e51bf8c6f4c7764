// A case as it will be printed, drawn on a canvas from the server's geometry: the same order and the same measures as
// the print itself, so that the proof brings no surprise.
import { boxOf, kindOf, lieOf, spotOf } from "./objects.js";

const HALO = 0.05;
const RIGHT = Math.PI / 180;

export function drawCase(pen, { design, outline, shelf, words, before = null, bare = false }) {
  pen.save();
  rounded(pen, 0, 0, outline.width_px, outline.height_px, outline.corner_radius_px);
  pen.clip();
  ground(pen, design, outline, shelf);
  outline.frames.forEach((frame, slot) => {
    pen.save();
    if (outline.frame_radius_px) rounded(pen, frame.left, frame.top, frame.width, frame.height, outline.frame_radius_px);
    else { pen.beginPath(); pen.rect(frame.left, frame.top, frame.width, frame.height); }
    pen.clip();
    photograph(pen, design.pictures[slot], slot, frame, { shelf, words, design, before, bare });
    pen.restore();
  });
  perforations(pen, design, outline, shelf);
  for (const one of design.stickers) sticker(pen, one, outline, shelf);
  lettering(pen, design, outline, shelf);
  camera(pen, outline);
  pen.restore();
  edge(pen, outline);
}

function ground(pen, design, outline, shelf) {
  pen.fillStyle = outline.film_base || design.background;
  pen.fillRect(0, 0, outline.width_px, outline.height_px);
  if (design.backdrop && !outline.film_base) {
    const drawn = shelf.backdrop(design.backdrop, outline.width_px, outline.height_px);
    if (drawn) pen.drawImage(drawn, 0, 0);
  }
}

function photograph(pen, picture, slot, frame, { shelf, words, design, before, bare }) {
  const shown = picture && (before && before.slot === slot ? before.picture : picture);
  const entry = shown && shelf.picture(shown.id);
  if (!entry || !entry.bitmap) {
    if (!bare) placeholder(pen, frame, slot, entry, words);
    return;
  }
  if (entry.clear) {
    pen.fillStyle = design.background;
    pen.fillRect(frame.left, frame.top, frame.width, frame.height);
  }
  const { scale, left, top, wide, high } = lieOf(shown, entry, frame);
  pen.translate(left + wide / 2, top + high / 2);
  pen.rotate(shown.view.turn * RIGHT);
  pen.scale(scale, scale);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(entry.bitmap, -entry.width / 2, -entry.height / 2);
}

// An empty place says what it is for.
function placeholder(pen, frame, slot, entry, words) {
  const size = Math.min(frame.width, frame.height);
  pen.fillStyle = slot % 2 ? "#dfe4e2" : "#e8ecea";
  pen.fillRect(frame.left, frame.top, frame.width, frame.height);
  const x = frame.left + frame.width / 2;
  const y = frame.top + frame.height * (frame.height > 1800 ? 0.55 : 0.5);
  pen.strokeStyle = "#0b6b53";
  pen.fillStyle = "#3b4a45";
  pen.lineCap = "round";
  pen.lineWidth = 14;
  const arm = Math.min(70, size * 0.12);
  pen.beginPath();
  pen.moveTo(x - arm, y - arm * 1.3); pen.lineTo(x + arm, y - arm * 1.3);
  pen.moveTo(x, y - arm * 2.3); pen.lineTo(x, y - arm * 0.3);
  pen.stroke();
  pen.textAlign = "center";
  pen.font = `600 ${Math.min(74, size * 0.13)}px system-ui, sans-serif`;
  pen.fillText(entry && !entry.lost ? words.loading : words.add_photo, x, y + arm * 1.1);
}

function perforations(pen, design, outline, shelf) {
  for (const hole of outline.perforations) {
    pen.save();
    rounded(pen, hole.left, hole.top, hole.width, hole.height, Math.floor(hole.width / 4));
    pen.clip();
    pen.fillStyle = design.background;
    pen.fillRect(hole.left, hole.top, hole.width, hole.height);
    const behind = design.backdrop && shelf.backdrop(design.backdrop, outline.width_px, outline.height_px);
    if (behind) pen.drawImage(behind, 0, 0);
    pen.restore();
  }
}

function sticker(pen, one, outline, shelf) {
  const drawn = shelf.sticker(one.sticker);
  if (!drawn) return;
  const side = Math.floor(one.size * outline.width_px);
  pen.save();
  pen.translate(one.x * outline.width_px, one.y * outline.height_px);
  pen.rotate(one.turn * RIGHT);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(drawn, -side / 2, -side / 2, side, side);
  pen.restore();
}

// The lines as the server has broken them; while a finger moves the text they go with it.
function lettering(pen, design, outline, shelf) {
  const set = outline.lettering;
  if (!set || !design.text.trim()) return;
  const families = shelf.font(set.families);
  if (!shelf.ready(set.families.slice(0, 1))) return;
  const spot = spotOf(design, outline);
  const box = boxOf("text", design, outline);
  const grown = box.width / set.box.width;
  pen.save();
  pen.translate(spot.x * outline.width_px, spot.y * outline.height_px);
  pen.rotate(spot.turn * RIGHT);
  pen.scale(grown, grown);
  pen.translate(-(set.box.left + set.box.width / 2), -(set.box.top + set.box.height / 2));
  pen.font = `${set.size_px}px ${families}`;
  pen.textAlign = "center";
  pen.lineJoin = "round";
  pen.lineWidth = 2 * set.size_px * HALO;
  pen.strokeStyle = opposite(design.text_colour);
  pen.fillStyle = design.text_colour;
  for (const line of set.lines) {
    pen.globalAlpha = 0.5;
    pen.strokeText(line.text, line.centre, line.baseline);
    pen.globalAlpha = 1;
    pen.fillText(line.text, line.centre, line.baseline);
  }
  pen.restore();
}

function opposite(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 299 * red + 587 * green + 114 * blue > 127500 ? "#000000" : "#FFFFFF";
}

function camera(pen, outline) {
  if (!outline.opening) return;
  const { box, corner_radius_px } = outline.opening;
  rounded(pen, box.left, box.top, box.width, box.height, corner_radius_px);
  pen.fillStyle = "rgba(38, 40, 44, .88)";
  pen.fill();
  pen.lineWidth = 6;
  pen.strokeStyle = "rgba(255, 255, 255, .8)";
  pen.stroke();
}

function edge(pen, outline) {
  rounded(pen, 3.5, 3.5, outline.width_px - 7, outline.height_px - 7, outline.corner_radius_px - 3.5);
  pen.lineWidth = 7;
  pen.strokeStyle = "rgba(38, 40, 44, .55)";
  pen.stroke();
}

// What is chosen, and what the verdict found; never part of the print.
export function drawMarks(pen, { design, outline, chosen, finding, thin, accent, alarm }) {
  const box = chosen && boxOf(chosen, design, outline);
  if (box) {
    const around = kindOf(chosen) === "picture" ? -thin * 1.5 : thin * 3;
    pen.save();
    pen.translate(box.x, box.y);
    pen.rotate(box.turn * RIGHT);
    const round = kindOf(chosen) === "picture" && box.width === outline.width_px ? outline.corner_radius_px + around : thin * 4;
    frameOf(pen, box.width + 2 * around, box.height + 2 * around, round, thin, accent);
    pen.restore();
  }
  if (finding) {
    const { left_px, top_px, width_px, height_px } = finding.area;
    pen.save();
    pen.translate(left_px + width_px / 2, top_px + height_px / 2);
    frameOf(pen, width_px, height_px, thin * 4, thin * 1.4, alarm);
    pen.restore();
  }
}

function frameOf(pen, width, height, round, thin, colour) {
  rounded(pen, -width / 2, -height / 2, width, height, round);
  pen.lineWidth = thin * 2.6;
  pen.strokeStyle = "rgba(255, 255, 255, .9)";
  pen.stroke();
  pen.lineWidth = thin * 1.4;
  pen.strokeStyle = colour;
  pen.stroke();
}

function rounded(pen, left, top, width, height, radius) {
  pen.beginPath();
  pen.roundRect(left, top, width, height, Math.max(0, Math.min(radius, width / 2, height / 2)));
}
