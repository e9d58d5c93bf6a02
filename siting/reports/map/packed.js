"use strict";
// Numbers as `packed.py` packs them: base64, deflated, the bytes of each number apart.

const sitingPacked = (() => {
  const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f8: Float64Array };

  async function unpack(told) {
    const deflated = Uint8Array.from(atob(told.data), (letter) => letter.charCodeAt(0));
    const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
    const planes = new Uint8Array(await new Response(stream).arrayBuffer());
    const size = KINDS[told.type].BYTES_PER_ELEMENT;
    const count = planes.length / size;
    const bytes = new Uint8Array(planes.length);
    for (let plane = 0; plane < size; plane++) {
      for (let at = 0; at < count; at++) bytes[at * size + plane] = planes[plane * count + at];
    }
    return new KINDS[told.type](bytes.buffer);
  }

  // One flag for each of `count` things, eight in a byte, the first in the highest bit.
  function flags(bytes, count) {
    return Uint8Array.from({ length: count }, (_, at) => (bytes[at >> 3] >> (7 - (at & 7))) & 1);
  }

  async function ground(told) {
    const [row, col, level, today, proposed] = await Promise.all(
      [told.row, told.col, told.level, told.today, told.proposed].map(unpack));
    const cell = new Int32Array(told.rows * told.cols).fill(-1);
    for (let i = 0; i < row.length; i++) cell[row[i] * told.cols + col[i]] = i;
    return { ...told, cell, level, today: flags(today, row.length), proposed: flags(proposed, row.length) };
  }

  // Shape [site][cell], whole milliseconds, -1 where a site does not reach: second differences summed up again.
  async function whatIf(told) {
    const [packed, people, area, place] = await Promise.all([told.times, told.people, told.area, told.place].map(unpack));
    const own_cap = told.own_cap && await unpack(told.own_cap);
    const cells = people.length;
    const times = [];
    let before = new Int32Array(cells);
    told.order.forEach((site, place) => {
      const own = new Int32Array(cells);
      let step = 0;
      for (let i = 0; i < cells; i++) {
        const number = packed[place * cells + i];
        step += number & 1 ? -(number >>> 1) - 1 : number >>> 1;
        own[i] = before[i] + step;
      }
      times[site] = before = own;
    });
    return { ...told, times, people, area, place, own_cap };
  }

  return { ground, whatIf, isSupported: typeof DecompressionStream === "function" };
})();
