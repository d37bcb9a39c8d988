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

  addEventListener("board:renewed", () => {
    renewed = performance.now();
    last = clock();
    tell();
  });
  new MutationObserver(tell).observe(stalled, { attributes: true, attributeFilter: ["hidden"] });
  setInterval(tell, 1000);
  tell();
})();
