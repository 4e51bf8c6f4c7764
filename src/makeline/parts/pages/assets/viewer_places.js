// Where on the model something is: the faces inside a box, the face around a point, the edges where a surface is open.
import { Vector3 } from "./three.js";

const ALIKE = Math.cos((8 * Math.PI) / 180);
const MOST_FLOODED = 300000;

// Calls `seen` with the corners of every triangle, in the scene.
function eachTriangle(group, seen) {
  group.traverse((node) => {
    if (!node.isMesh) return;
    const { position } = node.geometry.attributes;
    const index = node.geometry.index;
    const many = index ? index.count : position.count;
    const corner = (turn) => new Vector3().fromBufferAttribute(position, index ? index.getX(turn) : turn).applyMatrix4(node.matrixWorld);
    for (let turn = 0; turn + 2 < many; turn += 3) seen([corner(turn), corner(turn + 1), corner(turn + 2)]);
  });
}

const normalOf = ([one, two, three]) => two.clone().sub(one).cross(three.clone().sub(one)).normalize();

export function facesIn(group, low, high, slack) {
  const found = [];
  const inside = (at) => ["x", "y", "z"].every((axis) => at[axis] >= low[axis] - slack && at[axis] <= high[axis] + slack);
  eachTriangle(group, (corners) => { if (corners.every(inside)) found.push(corners); });
  return found;
}

// The square of the distance of a point from a triangle.
function farFrom(at, [one, two, three]) {
  const ab = two.clone().sub(one), ac = three.clone().sub(one), ap = at.clone().sub(one);
  const [d1, d2, d3, d4, d5] = [ab.dot(ab), ab.dot(ac), ac.dot(ac), ap.dot(ab), ap.dot(ac)];
  const under = d1 * d3 - d2 * d2 || 1;
  const v = (d3 * d4 - d2 * d5) / under, w = (d1 * d5 - d2 * d4) / under;
  if (v >= 0 && w >= 0 && v + w <= 1) return at.distanceToSquared(one.clone().addScaledVector(ab, v).addScaledVector(ac, w));
  const along = (from, to) => {
    const edge = to.clone().sub(from);
    const share = Math.min(1, Math.max(0, at.clone().sub(from).dot(edge) / (edge.lengthSq() || 1)));
    return at.distanceToSquared(from.clone().addScaledVector(edge, share));
  };
  return Math.min(along(one, two), along(two, three), along(three, one));
}

const keyOf = (at, step) => `${Math.round(at.x / step)},${Math.round(at.y / step)},${Math.round(at.z / step)}`;

// The face that a point lies on: the nearest triangle, and whatever goes on from it without a bend.
export function faceAt(group, at, step) {
  const all = [];
  let nearest = null, least = Infinity;
  eachTriangle(group, (corners) => {
    all.push(corners);
    const far = farFrom(at, corners);
    if (far < least) [nearest, least] = [corners, far];
  });
  if (!nearest || all.length > MOST_FLOODED) return nearest ? [nearest] : [];
  const normal = normalOf(nearest);
  const flat = all.filter((corners) => normalOf(corners).dot(normal) > ALIKE);
  const around = new Map();
  for (const corners of flat) for (const corner of corners) around.set(keyOf(corner, step), [...(around.get(keyOf(corner, step)) || []), corners]);
  const found = new Set([nearest]);
  for (const corners of found) for (const corner of corners) for (const next of around.get(keyOf(corner, step)) || []) found.add(next);
  return [...found];
}

// Edges that belong to one triangle alone, as pairs of points: there the surface leaks.
export function openEdges(group, step) {
  const met = new Map();
  eachTriangle(group, (corners) => {
    for (const [one, two] of [[0, 1], [1, 2], [2, 0]]) {
      const key = [keyOf(corners[one], step), keyOf(corners[two], step)].sort().join(" ");
      met.set(key, met.has(key) ? null : [corners[one], corners[two]]);
    }
  });
  return [...met.values()].filter(Boolean).flat();
}

// Lines that are seen from afar: a three-sided bar along each pair of points.
export function bars(ends, thick) {
  const points = [];
  for (let turn = 0; turn + 1 < ends.length; turn += 2) {
    const [from, to] = [ends[turn], ends[turn + 1]];
    const along = to.clone().sub(from).normalize();
    const side = new Vector3(along.y, along.z, along.x).cross(along);
    if (side.lengthSq() < 1e-12) side.set(1, 0, 0);
    side.normalize().multiplyScalar(thick);
    const rim = [0, 1, 2].map((third) => side.clone().applyAxisAngle(along, (third * 2 * Math.PI) / 3));
    rim.forEach((one, third) => {
      const two = rim[(third + 1) % 3];
      const [a, b, c, d] = [from.clone().add(one), to.clone().add(one), from.clone().add(two), to.clone().add(two)];
      points.push(a, b, c, c, b, d);
    });
  }
  return points;
}

export const facing = (faces) => faces.reduce((sum, corners) => sum.add(normalOf(corners)), new Vector3()).normalize();
