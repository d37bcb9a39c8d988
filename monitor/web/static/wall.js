// Says how old the wall is: counted here, so that it is true when nothing answers any more.
"use strict";

(() => {
  const age = document.getElementById("umur");
  const stalled = document.getElementById("macet");
  const since = document.getElementById("basi");
  const clock = () => document.querySelector("#waktu time").textContent;
  let renewed = performance.now();
  let last = clock();

  const tell = () => {
    const passed = performance.now() - renewed;
    age.textContent = `data ${Math.floor(passed / 1000)} detik lalu`;
    if (passed > Number(age.dataset.patience)) stalled.hidden = false;
    since.textContent = last;
    document.documentElement.classList.toggle("stale", !stalled.hidden);
  };

  // What the style has put out of sight, in whole lines; a line may stand for many sites.
  const unseen = (list, total) => {
    const edge = list.querySelector(".fit").getBoundingClientRect().right - 1;
    const lines = [...list.querySelectorAll(".fit tbody tr, ol.fit > li")];
    const shown = lines.filter((line) => line.getBoundingClientRect().left < edge);
    return total - shown.reduce((sum, line) => sum + Number(line.dataset.sites ?? 1), 0);
  };

  const count = () => {
    for (const list of document.querySelectorAll(".list")) {
      const more = list.querySelector(".more");
      if (!more) continue;
      const total = Number(more.dataset.total);
      more.hidden = true; // it takes room of its own only when something does not fit
      if (unseen(list, total) === 0) continue;
      more.textContent = "dan 0 lagi";
      more.hidden = false;
      more.textContent = `dan ${unseen(list, total)} lagi`;
    }
  };

  addEventListener("board:renewed", () => {
    renewed = performance.now();
    last = clock();
    tell();
    count();
  });
  addEventListener("resize", count);
  document.fonts.ready.then(count);
  new MutationObserver(tell).observe(stalled, { attributes: true, attributeFilter: ["hidden"] });
  setInterval(tell, 1000);
  tell();
})();
