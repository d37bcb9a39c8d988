// Says how old the wall is – counted here, so that it is true when nothing answers any more – and turns its pages.
"use strict";

(() => {
  const age = document.getElementById("umur");
  const stalled = document.getElementById("macet");
  const since = document.getElementById("basi");
  const main = document.getElementById("isi");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const clock = () => document.querySelector("#waktu time").textContent;
  const pages = new Map(); // by the list's id
  let renewed = performance.now();
  let turned = renewed;
  let paused = false;
  let last = clock();

  const tell = () => {
    const passed = performance.now() - renewed;
    age.textContent = `data ${Math.floor(passed / 1000)} detik lalu`;
    if (passed > Number(age.dataset.patience)) stalled.hidden = false;
    since.textContent = last;
    document.documentElement.classList.toggle("stale", !stalled.hidden);
  };

  // What does not fit, the style has put into further columns out of sight: where each begins.
  const columns = (box) => [...new Set([...box.children].map((line) => line.offsetLeft))];

  // The count of what follows takes room only when something follows.
  const fit = (list, box) => {
    list.classList.add("whole");
    if (columns(box).length > 1) list.classList.remove("whole");
  };

  // At a wall nobody has a mouse: everything comes in turn. A page that is no more gives way to the first.
  const show = (list, step, behavior) => {
    const box = list.querySelector(".fit tbody, ol.fit");
    if (!box) return;
    if (!step) fit(list, box);
    const starts = columns(box);
    const wanted = (pages.get(list.id) ?? 0) + step;
    const page = wanted < 0 ? starts.length - 1 : wanted < starts.length ? wanted : 0;
    pages.set(list.id, page);
    box.scrollTo({ left: starts[page] - starts[0], behavior });
    const said = list.querySelector(".turn");
    said.hidden = starts.length === 1;
    said.textContent = `halaman ${page + 1} dari ${starts.length}${paused ? ", dijeda" : ""}`;
    said.title = "Panah kiri dan kanan: halaman lain; spasi: jeda";
  };

  const turn = (step) => {
    if (step) turned = performance.now();
    const behavior = step && !still.matches ? "smooth" : "instant";
    for (const list of document.querySelectorAll(".list")) show(list, step, behavior);
  };
  const stay = () => turn(0);

  const KEYS = {
    ArrowRight: () => turn(1),
    ArrowLeft: () => turn(-1),
    " ": () => {
      paused = !paused;
      stay();
    },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !document.querySelector(".turn:not([hidden])")) return;
    if (!KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  addEventListener("board:renewed", () => {
    renewed = performance.now();
    last = clock();
    tell();
    stay();
  });
  addEventListener("resize", stay);
  document.fonts.ready.then(stay);
  new MutationObserver(tell).observe(stalled, { attributes: true, attributeFilter: ["hidden"] });
  setInterval(() => {
    tell();
    if (!paused && performance.now() - turned >= Number(main.dataset.turn)) turn(1);
  }, 1000);
  tell();
  stay();
})();
