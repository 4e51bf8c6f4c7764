// A part that can be turned, cut open and measured. Lengths are millimetres of the part; the scene is in metres, y up.
import {
  AmbientLight, BufferGeometry, Color, DirectionalLight, DoubleSide, EdgesGeometry, GLTFLoader, Group, HemisphereLight, Line, LineBasicMaterial,
  LineSegments, Mesh, MeshBasicMaterial, OrbitControls, PerspectiveCamera, Plane, Raycaster, Scene, SphereGeometry, Vector2, Vector3, WebGLRenderer,
} from "./three.js";

const VIEWS = { iso: [1, 0.8, 1], front: [0, 0, 1], top: [0, 1, 0.0001], right: [1, 0, 0] };
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
  constructor(canvas, { measured = () => {} } = {}) {
    this.canvas = canvas;
    this.measured = measured;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.localClippingEnabled = true;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(32, 1, 0.0001, 100);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = true;
    this.controls.listenToKeyEvents(canvas);
    this.controls.addEventListener("change", () => this.ask());
    const sun = new DirectionalLight(0xffffff, 1.9);
    sun.position.set(0.6, 1, 0.8);
    this.camera.add(sun);
    this.scene.add(this.camera, new AmbientLight(0xffffff, 0.5), new HemisphereLight(0xffffff, 0x8a93a0, 0.9));
    this.part = new Group();
    this.marks = new Group();
    this.ruler = new Group();
    this.scene.add(this.part, this.marks, this.ruler);
    this.plane = new Plane(AXES.x.clone(), 0);
    this.ends = [];
    this.measuring = false;
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    canvas.addEventListener("pointerdown", (event) => { this.pressed = [event.clientX, event.clientY]; });
    canvas.addEventListener("pointerup", (event) => this.touched(event));
    this.resize();
  }

  async load(address, headers) {
    const answer = await fetch(address, { headers });
    if (!answer.ok) throw new Error(String(answer.status));
    const { scene } = await new GLTFLoader().parseAsync(await answer.arrayBuffer(), "");
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
    for (const group of [this.part, this.marks, this.ruler]) {
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

  look(name) {
    const { centre, radius } = this.box();
    if (!Number.isFinite(radius)) return;
    const narrow = Math.min(1, this.camera.aspect);
    const away = radius / Math.sin((this.camera.fov * Math.PI) / 360) / narrow;
    this.camera.position.copy(centre).addScaledVector(new Vector3(...VIEWS[name]).normalize(), away * 1.02);
    this.camera.near = radius / 100;
    this.camera.far = away + radius * 20;
    this.camera.updateProjectionMatrix();
    this.controls.target.copy(centre);
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

  mark(places) {
    this.marks.traverse((node) => { node.geometry?.dispose(); node.material?.dispose?.(); });
    this.marks.clear();
    const size = this.box().radius / 45;
    for (const at of places) {
      const ball = new Mesh(new SphereGeometry(size, 20, 14), new MeshBasicMaterial({ color: colour("--alarm"), depthTest: false, transparent: true, opacity: 0.85 }));
      ball.position.copy(inScene(at));
      ball.renderOrder = 2;
      this.marks.add(ball);
    }
    this.ask();
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
      this.measured(this.ends[0].distanceTo(this.ends[1]) * 1000);
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
    });
  }
}
