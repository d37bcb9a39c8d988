// Keeps the parts marked data-live current. Everything works without it.
"use strict";

(() => {
  const EVERY = 10_000;
  const stalled = document.getElementById("macet");

  // What the reader has focused or opened inside a part survives its renewal.
  const focused = (part) => {
    const element = document.activeElement;
    if (!part.contains(element) || element === part) return null;
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (element.localName === "summary" && element.parentElement.id) {
      return `#${CSS.escape(element.parentElement.id)} > summary`;
    }
    const action = element.localName === "button" ? element.form?.getAttribute("action") : null;
    if (action) return `form[action="${CSS.escape(action)}"] button`;
    const href = element.getAttribute("href");
    return href ? `${element.localName}[href="${CSS.escape(href)}"]` : null;
  };

  // Whoever is filling in a form is not to be interrupted.
  const filling = (part) =>
    [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].some(
      (field) => field === document.activeElement || ("defaultValue" in field && field.value !== field.defaultValue),
    );

  const renew = (part, fresh) => {
    if (part.innerHTML === fresh.innerHTML || filling(part)) return;
    const selector = focused(part);
    const folds = [...part.querySelectorAll("details[id]")].map(({ id, open }) => [id, open]);
    part.replaceChildren(...fresh.childNodes);
    for (const [id, open] of folds) document.getElementById(id)?.toggleAttribute("open", open);
    if (selector) part.querySelector(selector)?.focus({ preventScroll: true });
  };

  const selecting = () => {
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed;
  };

  const refresh = async () => {
    if (document.hidden || selecting()) return;
    try {
      const answer = await fetch(document.body.dataset.source ?? location.href, { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
      if (answer.redirected) return location.reload(); // signed out meanwhile
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const scroll = window.scrollY;
      for (const part of document.querySelectorAll("[data-live][id]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) renew(part, fresh);
      }
      window.scrollTo({ top: scroll, behavior: "instant" });
      document.title = page.title;
      stalled.hidden = true;
      dispatchEvent(new Event("board:renewed"));
    } catch {
      stalled.hidden = false;
    }
  };

  // Browsers that do not open by themselves what an address leads into.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.checkVisibility?.() !== false) return;
    for (let at = target.parentElement; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  if (!document.querySelector("[data-live]")) return;
  const tick = async () => {
    await refresh();
    setTimeout(tick, EVERY);
  };
  setTimeout(tick, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
