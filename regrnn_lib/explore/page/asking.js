"use strict";

/** Work that takes longer than a frame is done by a worker, one job after the other; where there is none, here. */
regrnn.face(function asking(regrnn) {
  const REPLY = `onmessage = ({ data: [what, asked] }) => {
    try { postMessage({ answer: regrnn[what](asked) }); } catch (error) { postMessage({ fault: String(error) }); }
  };`;
  const waiting = [];  // jobs: { owner, what, asked, resolve, reject }
  let worker = null, current = null;

  function start() {
    const head = `"use strict"; var regrnn = { settings: ${JSON.stringify(regrnn.settings)} };`;
    const source = new Blob([[head, ...regrnn.sources, REPLY].join("\n")], { type: "text/javascript" });
    try {
      worker = new Worker(URL.createObjectURL(source));
      worker.onmessage = ({ data }) => settle(data);
      worker.onerror = (event) => settle({ fault: event.message });
    } catch {
      worker = { postMessage: ([what, asked]) => setTimeout(() => settle({ answer: regrnn[what](asked) })) };
    }
  }

  function settle({ answer, fault }) {
    const done = current;
    current = null;
    next();
    if (done.owner.dropped === done) return;
    if (fault) done.reject(new Error(fault));
    else done.resolve(answer);
  }

  function next() {
    if (current || !waiting.length) return;
    if (!worker) start();
    current = waiting.shift();
    worker.postMessage([current.what, current.asked]);
  }

  /** A promise of regrnn[what](asked). What the same owner asked for before still comes, unless it is dropped. */
  function ask(owner, what, asked) {
    return new Promise((resolve, reject) => {
      waiting.push({ owner, what, asked, resolve, reject });
      next();
    });
  }

  /** Forget all that an owner still waits for. */
  function drop(owner) {
    for (let k = waiting.length - 1; k >= 0; k--) if (waiting[k].owner === owner) waiting.splice(k, 1);
    if (current?.owner === owner) owner.dropped = current;
  }

  Object.assign(regrnn, { ask, drop });
});
