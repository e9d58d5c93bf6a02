"use strict";
// The land cells painted pixel by pixel: quick for a million of them, and every edge where it belongs.

const sitingGround = (() => {
  const MOST_PIXELS = 2.5e6;
  const LINE = 190;
  // By class of a cell; class 0 is not painted. Lines are hatched over the ground: every so many pixels, so wide.
  // One lies over the other in this order.
  const LOOKS = {
    bands: [null, ...sitingSymbols.BANDED.bands.map((color) => look(color.match(/\w\w/g).map((two) => parseInt(two, 16)), 158))],
    districts: [null, look([42, 100, 150], 15), look([106, 63, 181], 31)],
    gaps: [
      null,
      look([243, 164, 95], 60),
      look([196, 81, 11], 42, [8, 1, 1]),
      look([179, 71, 0], 90, [6, 2, 1]),
      look([33, 113, 181], 105),
      look([74, 20, 134], 70, [5, 2, -1]),
    ],
  };
  const [NOTHING, GAP, NEWLY, NO_LONGER] = [0, 1, 4, 5];
  const NOBODY = -1; // comes here: no district, and no line around it

  // A colour as the canvas keeps it: opacity, blue, green, red in one number.
  function look([red, green, blue], opacity, lines) {
    const color = (of) => ((of << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    return { ground: color(opacity), line: color(LINE), lines };
  }

  const BORDER = look([42, 100, 150], 230).ground;

  // The polynomials of `lattice_fit`: at one height of the plane they are cubics along it.
  function along(k, v) {
    return [k[0] + v * (k[1] + v * (k[2] + v * k[3])), k[4] + v * (k[5] + v * k[6]), k[7] + v * k[8], k[9]];
  }
  function cubic(c, u) {
    return c[0] + u * (c[1] + u * (c[2] + u * c[3]));
  }

  // The cell at a place of the map, -1 where none is.
  function cellAt({ fit, rows, cols, cell }, map, place) {
    const world = map.options.crs.scale(0);
    const { x, y } = map.project(place, 0);
    const [u, v] = [(x / world - fit.x) / fit.size, (y / world - fit.y) / fit.size];
    if (u < 0 || u > 1 || v < 0 || v > 1) return -1; // the polynomials are of the area alone
    const [row, col] = [fit.row, fit.col].map((k) => Math.floor(cubic(along(k, v), u)));
    return row < 0 || row >= rows || col < 0 || col >= cols ? -1 : cell[row * cols + col];
  }

  const Land = L.Layer.extend({
    initialize(ground, outline, key) {
      this.ground = ground;
      this.key = key;
      this.rings = outline.features.flatMap(({ geometry }) =>
        geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates);
    },
    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane("siting-ground"));
      this.canvas.dataset.painted = this.key;
      this.canvas.style.zIndex = Object.keys(LOOKS).indexOf(this.key);
      map.on("moveend resize", this.draw, this);
      this.draw();
    },
    onRemove(map) {
      map.off("moveend resize", this.draw, this);
      this.canvas.remove();
    },
    // A class for each cell; where `owner` is given, a line also runs between cells of different owners.
    paint({ classes, owner }) {
      this.classes = classes;
      this.owner = owner;
      if (this._map) this.color();
    },
    // Where the view lies has changed: so has the cell of each pixel.
    draw() {
      const map = this._map;
      const size = map.getSize();
      const sharp = window.devicePixelRatio > 1 && size.x * size.y * 4 < MOST_PIXELS ? 2 : 1;
      const corner = map.containerPointToLayerPoint([0, 0]);
      L.DomUtil.setPosition(this.canvas, corner);
      this.sharp = sharp;
      this.image = new ImageData(size.x * sharp, size.y * sharp);
      this.canvas.style.cssText += `;width:${size.x}px;height:${size.y}px`;
      this.locate(map.getPixelOrigin().add(corner), map.options.crs.scale(map.getZoom()));
      this.color();
    },
    color() {
      this.fill();
      const painted = document.createElement("canvas");
      painted.width = this.canvas.width = this.image.width;
      painted.height = this.canvas.height = this.image.height;
      painted.getContext("2d").putImageData(this.image, 0, 0);
      const pen = this.canvas.getContext("2d");
      this.clip(pen);
      pen.drawImage(painted, 0, 0);
    },
    clip(pen) {
      pen.beginPath();
      for (const ring of this.rings) {
        for (const [lon, lat] of ring) {
          const { x, y } = this._map.latLngToContainerPoint([lat, lon]);
          pen.lineTo(x * this.sharp, y * this.sharp);
        }
        pen.closePath();
      }
      pen.clip("evenodd");
    },
    // From each pixel to the lattice, row of pixels by row.
    locate(origin, world) {
      const { fit, rows, cols, cell } = this.ground;
      const { width, height } = this.image;
      this.own = new Int32Array(width * height).fill(NOBODY);
      for (let y = 0; y < height; y++) {
        const v = ((origin.y + (y + 0.5) / this.sharp) / world - fit.y) / fit.size;
        if (v < 0 || v > 1) continue;
        const r = along(fit.row, v);
        const c = along(fit.col, v);
        for (let x = 0; x < width; x++) {
          const u = ((origin.x + (x + 0.5) / this.sharp) / world - fit.x) / fit.size;
          if (u < 0 || u > 1) continue;
          const row = Math.floor(cubic(r, u));
          const col = Math.floor(cubic(c, u));
          if (row >= 0 && row < rows && col >= 0 && col < cols) this.own[y * width + x] = cell[row * cols + col];
        }
      }
    },
    fill() {
      const { width, height } = this.image;
      const looks = LOOKS[this.key];
      const pixels = new Uint32Array(this.image.data.buffer);
      const above = new Int32Array(width).fill(NOBODY);
      for (let y = 0, at = 0; y < height; y++) {
        let left = NOBODY;
        for (let x = 0; x < width; x++, at++) {
          const own = this.own[at];
          const seen = own < 0 ? null : looks[this.classes[own]];
          pixels[at] = seen ? (isLine(seen.lines, x, y, this.sharp) ? seen.line : seen.ground) : 0;
          if (!this.owner) continue;
          const site = own < 0 ? NOBODY : this.owner[own];
          if (site !== NOBODY) {
            if (left !== NOBODY && left !== site) pixels[at] = pixels[at - 1] = BORDER;
            if (above[x] !== NOBODY && above[x] !== site) pixels[at] = pixels[at - width] = BORDER;
          }
          left = above[x] = site;
        }
      }
    },
  });

  function isLine(lines, x, y, sharp) {
    if (!lines) return false;
    const [every, wide, slope] = lines;
    const period = every * sharp;
    return (((x + slope * y) % period) + period) % period < wide * sharp;
  }

  // Classes of the cells: land that is not covered, by how densely it is lived in.
  function gaps(ground, covered) {
    return covered.map((is, i) => (is ? NOTHING : GAP + ground.level[i]));
  }

  // What the proposal changes against today.
  function changes({ today, proposed, level }) {
    return today.map((was, i) => {
      if (was) return proposed[i] ? NOTHING : NO_LONGER;
      return proposed[i] ? NEWLY : GAP + level[i];
    });
  }

  // Land by the drive of whoever is first due, in whole milliseconds; none where nobody comes.
  function bands(drive, limits_ms) {
    return drive.map((ms) => (ms < 0 ? NOTHING : limits_ms.reduce((band, limit) => band + (limit < ms ? 1 : 0), 1)));
  }

  // Land of the stations first due, by whether their districts are above their caps.
  function districts(first, judged) {
    return first.map((j) => (j < 0 ? NOTHING : judged[j].isOver ? 2 : 1));
  }

  return { KEYS: Object.keys(LOOKS), Land, cellAt, gaps, changes, bands, districts };
})();
