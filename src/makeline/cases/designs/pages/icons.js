// Signs of tools and buttons, drawn in the colour of the text around them.
const SPACE = "http://www.w3.org/2000/svg";
const PATHS = {
  undo: "M9 7 4 12l5 5M4.5 12H14a5.5 5.5 0 0 1 0 11h-2", redo: "m15 7 5 5-5 5m4.500-5H10a5.500 5.500 0 0 0 0 11h2",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500h.01", template: "M5 3.500h14v17H5zM5 12h14M12 12v8.500",
  text: "M5 7V4.500h14V7M12 4.500v15M9 19.500h6", sticker: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM9 10h.01M15 10h.01M8.500 14.500c2 2 5 2 7 0",
  back: "M4 4h16v16H4zM4 12h16M12 4v16M4 4l16 16", style: "m12 3 2 6 6 3-6 3-2 6-2-6-6-3 6-3zM19 3v3M20.500 4.500h-3", layer: "m12 4 9 4.500-9 4.500-9-4.500zM3 12.500l9 4.500 9-4.500M3 16.500 12 21l9-4.500",
  left: "M19 12H5m6-6-6 6 6 6", right: "M5 12h14m-6-6 6 6-6 6", up: "M12 19V5m-6 6 6-6 6 6", down: "M12 5v14m-6-6 6 6 6-6",
  turn: "M19.500 12a7.500 7.500 0 1 1-2.500-5.600M17 2.500v4.300h-4.300", copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  front: "M6 20h12M12 16V4m-5 5 5-5 5 5", behind: "M6 4h12M12 8v12m-5-5 5 5 5-5", gone: "M5 7h14M9.500 7V4h5v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5", plus: "M12 5v14M5 12h14",
};

export function icon(name) {
  const svg = document.createElementNS(SPACE, "svg");
  const path = document.createElementNS(SPACE, "path");
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
