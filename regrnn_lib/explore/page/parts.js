"use strict";

/**
 * The companion's JavaScript: one object, `regrnn`, to which every file adds its functions. Classic scripts, so that
 * a page works by a double click. A worker cannot load files there: it is given the sources that are kept here.
 */
var regrnn = {
  sources: [],

  /** Run a part, a function of `regrnn`, and keep its source for workers. */
  part(part) {
    regrnn.sources.push(`(${part})(regrnn);`);
    part(regrnn);
  },

  /** Run a part that needs the page: drawing and controls. No worker is given it. */
  face(part) {
    part(regrnn);
  },
};
