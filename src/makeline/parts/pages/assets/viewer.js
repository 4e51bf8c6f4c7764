// A part that can be turned, cut open and measured. Lengths are millimetres of the part; the scene is in metres, y up.
import {
  AmbientLight, BufferGeometry, Color, DirectionalLight, DoubleSide, EdgesGeometry, GLTFLoader, Group, HemisphereLight, Line, LineBasicMaterial,
  LineSegments, Mesh, MeshBasicMaterial, OrbitControls, PerspectiveCamera, Plane, Raycaster, Scene, SphereGeometry, Vector2, Vector3, WebGLRenderer,
} from "./three.js";
import { bars, faceAt, facesIn, facing, openEdges } from "./viewer_places.js";

export const VIEWS = { iso: [1, 0.8, 1], front: [0, 0, 1], back: [0, 0, -1], left: [-1, 0, 0], right: [1, 0, 0], top: [0, 1, 0.0001], bottom: [0, -1, 0.0001] };
const FLIGHT = 520;
const MOST_LEAKS = 8000;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const AXES = { x: new Vector3(-1, 0, 0), y: new Vector3(0, 0, 1), z: new Vector3(0, -1, 0) };
// The page's colours depend on light and dark; only an element knows what they come to.
const colour = (name) => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  const found = new Color(getComputedStyle(probe).color);
  probe.remove();
  return found;
};
const inScene = ([x, y, z]) => new Vector3(x / 1000, z / 1000, -y / 1000);

export class Viewer {
  constructor(canvas, pins, { measured = () => {} } = {}) {
    this.canvas = canvas;
    this.pinned = pins;
    this.pins = [];
    this.measured = measured;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.localClippingEnabled = true;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(32, 1, 0.0001, 100);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = true;
    this.controls.addEventListener("change", () => this.ask());
    const sun = new DirectionalLight(0xffffff, 1.9);
    sun.position.set(0.6, 1, 0.8);
    this.camera.add(sun);
    this.scene.add(this.camera, new AmbientLight(0xffffff, 0.5), new HemisphereLight(0xffffff, 0x8a93a0, 0.9));
    this.part = new Group();
    this.marks = new Group();
    this.leaks = new Group();
    this.ruler = new Group();
    this.scene.add(this.part, this.marks, this.leaks, this.ruler);
    this.plane = new Plane(AXES.x.clone(), 0);
    this.ends = [];
    this.measuring = false;
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    canvas.addEventListener("pointerdown", (event) => { this.pressed = [event.clientX, event.clientY]; });
    canvas.addEventListener("pointerup", (event) => this.touched(event));
    this.resize();
  }

  async load(data) {
    const { scene } = await new GLTFLoader().parseAsync(data, "");
    this.clear();
    scene.traverse((node) => { if (node.isMesh) this.dress(node); });
    this.part.add(scene);
    this.scene.updateMatrixWorld(true);
    this.look("iso");
  }

  dress(mesh) {
    mesh.material.side = DoubleSide;
    mesh.material.polygonOffset = true;
    mesh.material.polygonOffsetFactor = 1;
    mesh.material.polygonOffsetUnits = 1;
    // Edges of a very fine mesh are all over it and say nothing.
    if (mesh.geometry.attributes.position.count < 400000) {
      const lines = new LineSegments(new EdgesGeometry(mesh.geometry, 25), new LineBasicMaterial({ color: 0x12161b, transparent: true, opacity: 0.75 }));
      lines.name = "edges";
      mesh.add(lines);
    }
  }

  clear() {
    this.pin([]);
    for (const group of [this.part, this.marks, this.leaks, this.ruler]) {
      group.traverse((node) => { node.geometry?.dispose(); node.material?.dispose?.(); });
      group.clear();
    }
    this.ends = [];
    this.measured(null);
  }

  box() {
    const low = new Vector3(Infinity, Infinity, Infinity), high = low.clone().negate(), corner = new Vector3();
    this.part.traverse((node) => {
      if (!node.isMesh) return;
      node.geometry.computeBoundingBox();
      const { min, max } = node.geometry.boundingBox;
      for (let turn = 0; turn < 8; turn += 1) {
        corner.set(turn & 1 ? max.x : min.x, turn & 2 ? max.y : min.y, turn & 4 ? max.z : min.z).applyMatrix4(node.matrixWorld);
        low.min(corner);
        high.max(corner);
      }
    });
    return { low, high, centre: low.clone().add(high).multiplyScalar(0.5), radius: low.distanceTo(high) / 2 };
  }

  look(name, { at, from, size } = {}) {
    const { centre, radius } = this.box();
    if (!Number.isFinite(radius)) return;
    const narrow = Math.min(1, this.camera.aspect);
    const whole = radius / Math.sin((this.camera.fov * Math.PI) / 360) / narrow;
    this.camera.near = radius / 200;
    this.camera.far = whole + radius * 20;
    this.camera.updateProjectionMatrix();
    const direction = from || new Vector3(...VIEWS[name]).normalize();
    const away = at ? Math.min(whole, Math.max(size * 3.2, radius * 0.4)) : whole * 1.02;
    this.fly((at || centre).clone(), direction, away);
  }

  // To look at `target` out of a direction; who wants no motion is there at once.
  fly(target, direction, away) {
    const start = performance.now(), was = this.controls.target.clone();
    const offset = this.camera.position.clone().sub(was), far = offset.length();
    const before = offset.clone().normalize();
    const steps = still.matches || !this.drawn ? 0 : FLIGHT;
    const flight = (this.flight = {});
    const step = (now) => {
      if (this.flight !== flight) return;
      const time = steps ? Math.min(1, Math.max(0, (now - start) / steps)) : 1, share = 1 - (1 - time) ** 3;
      this.controls.target.lerpVectors(was, target, share);
      const here = before.clone().lerp(direction, share);
      if (here.lengthSq() < 1e-4) here.set(0.01, 1, 0.01);
      this.camera.position.copy(this.controls.target).addScaledVector(here.normalize(), far + (away - far) * share);
      this.controls.update();
      this.ask();
      if (time < 1) requestAnimationFrame(step);
    };
    step(start);
  }

  // Turned and moved nearer by keys, a step at a time.
  turn(across, down, nearer = 1) {
    const offset = this.camera.position.clone().sub(this.controls.target);
    const up = new Vector3(0, 1, 0), side = new Vector3().crossVectors(up, offset).normalize();
    offset.applyAxisAngle(up, across);
    const steep = Math.acos(offset.y / offset.length());
    if (steep + down > 0.05 && steep + down < Math.PI - 0.05) offset.applyAxisAngle(side, down);
    this.flight = null;
    this.camera.position.copy(this.controls.target).add(offset.multiplyScalar(nearer));
    this.controls.update();
    this.ask();
  }

  edges(shown) {
    this.part.traverse((node) => { if (node.name === "edges") node.visible = shown; });
    this.ask();
  }

  // Cuts away what lies beyond a share of the part along an axis; no axis: the whole part.
  section(axis, share) {
    const { low, high } = this.box();
    if (axis) {
      const normal = AXES[axis];
      const [from, to] = [low, high].map((corner) => corner.dot(normal)).sort((one, other) => one - other);
      // The far side of the axis is the near one of its normal, which points back.
      this.plane.set(normal.clone(), -(to - (to - from) * share) + 1e-7);
    }
    this.part.traverse((node) => { if (node.material) node.material.clippingPlanes = axis ? [this.plane] : null; });
    this.ask();
  }

  empty(group) {
    group.traverse((node) => { node.geometry?.dispose(); node.material?.dispose?.(); });
    group.clear();
  }

  // Pins of findings, as buttons over the picture: `[{ point, node }]`.
  pin(pins) {
    this.pins = pins.map(({ point, node }) => ({ at: inScene(point), node }));
    this.pinned.replaceChildren(...pins.map(({ node }) => node));
    this.ask();
  }

  // Lights up the faces of a finding, and goes there. `axis`: of its hole.
  show({ point, box, axis }) {
    this.empty(this.marks);
    const { centre, radius } = this.box();
    let at = inScene(point), faces, size = radius / 4;
    if (box) {
      const [one, two] = [inScene(box.low), inScene(box.high)];
      const low = one.clone().min(two), high = one.clone().max(two);
      faces = facesIn(this.part, low, high, radius / 500);
      const sides = ["x", "y", "z"].map((name) => high[name] - low[name]).sort((less, more) => less - more);
      size = axis ? sides[1] * 2 : low.distanceTo(high);
      if (!axis) at = low.add(high).multiplyScalar(0.5);
    } else {
      faces = faceAt(this.part, at, radius * 1e-5);
    }
    if (faces.length) {
      const shape = new BufferGeometry().setFromPoints(faces.flat());
      const paint = new MeshBasicMaterial({ color: colour("--alarm"), side: DoubleSide, transparent: true, opacity: 0.75, polygonOffset: true, polygonOffsetFactor: -1, polygonOffsetUnits: -1 });
      // Walls of a hole show through what is before them.
      const through = new MeshBasicMaterial({ color: colour("--alarm"), side: DoubleSide, transparent: true, opacity: 0.3, depthTest: false });
      this.marks.add(new Mesh(shape, paint), new Mesh(shape, through));
    }
    let from = axis ? inScene(axis).multiplyScalar(-1).normalize() : box || !faces.length ? at.clone().sub(centre) : facing(faces);
    if (from.lengthSq() < 1e-12) from = new Vector3(1, 0.8, 1);
    // A little from the side, so that depth is seen.
    from.normalize().add(new Vector3(0.3, 0.35, 0.25)).normalize();
    this.look("iso", { at, from, size });
  }

  // Where the surface is open, in red; says how many edges.
  leak() {
    const ends = openEdges(this.part, this.box().radius * 1e-5);
    this.empty(this.leaks);
    if (ends.length) {
      const paint = new MeshBasicMaterial({ color: colour("--alarm"), side: DoubleSide, transparent: true, opacity: 0.9, depthTest: false });
      const lines = new Mesh(new BufferGeometry().setFromPoints(bars(ends.slice(0, MOST_LEAKS), this.box().radius / 160)), paint);
      lines.renderOrder = 2;
      this.leaks.add(lines);
    }
    this.ask();
    return ends.length / 2;
  }

  // How many millimetres a unit of the scene is, once the file's own unit is known.
  scale(box) {
    const { low, high } = this.box();
    const wide = high.clone().sub(low);
    this.perUnit = Math.max(...box) / Math.max(wide.x, wide.y, wide.z);
  }

  measure(wanted) {
    this.measuring = wanted;
    this.canvas.classList.toggle("measuring", wanted);
    if (!wanted) this.forget();
  }

  forget() {
    this.ends = [];
    this.ruler.clear();
    this.measured(null);
    this.ask();
  }

  touched(event) {
    if (!this.measuring || !this.pressed || Math.hypot(event.clientX - this.pressed[0], event.clientY - this.pressed[1]) > 5) return;
    const frame = this.canvas.getBoundingClientRect();
    const at = new Vector2(((event.clientX - frame.left) / frame.width) * 2 - 1, 1 - ((event.clientY - frame.top) / frame.height) * 2);
    const ray = new Raycaster();
    ray.setFromCamera(at, this.camera);
    const meshes = [];
    this.part.traverse((node) => { if (node.isMesh) meshes.push(node); });
    const cut = (hit) => hit.object.material.clippingPlanes?.some((plane) => plane.distanceToPoint(hit.point) < 0);
    const hit = ray.intersectObjects(meshes, false).find((one) => !cut(one));
    if (!hit) return;
    if (this.ends.length === 2) this.forget();
    this.ends.push(hit.point.clone());
    const ball = new Mesh(new SphereGeometry(this.box().radius / 90, 16, 12), new MeshBasicMaterial({ color: colour("--accent"), depthTest: false }));
    ball.position.copy(hit.point);
    this.ruler.add(ball);
    if (this.ends.length === 2) {
      this.ruler.add(new Line(new BufferGeometry().setFromPoints(this.ends), new LineBasicMaterial({ color: colour("--accent"), depthTest: false })));
      this.measured(this.ends[0].distanceTo(this.ends[1]) * (this.perUnit || 1000));
    }
    this.ask();
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    if (!clientWidth || !clientHeight) return;
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.camera.aspect = clientWidth / clientHeight;
    this.camera.updateProjectionMatrix();
    this.ask();
  }

  // Drawn only when something has changed: a page that is left open costs nothing.
  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.controls.update();
      this.renderer.render(this.scene, this.camera);
      this.drawn = true;
      this.placePins();
    });
  }

  placePins() {
    const { clientWidth, clientHeight } = this.canvas;
    for (const { at, node } of this.pins) {
      const { x, y, z } = at.clone().project(this.camera);
      node.hidden = Math.abs(x) > 1 || Math.abs(y) > 1 || z > 1;
      node.style.transform = `translate(${((x + 1) / 2) * clientWidth}px, ${((1 - y) / 2) * clientHeight}px) translate(-50%, -50%)`;
    }
  }
}
