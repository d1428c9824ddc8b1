// Choosing for an LMS without waiting for a page: a tick changes the list below, and the addresses
// of all links, in which what is chosen stands. The browser remembers it as well, since its own way
// back leads to addresses from before. Everything works without this, a page at a time.
"use strict";
{
  const tray = document.getElementById("tray");
  const { base, none } = tray.dataset;
  const most = Number(tray.dataset.most);
  const NONE = "-"; // in the place of ids, where nothing is chosen
  const KEY = `vindplaats.pick:${base}`;
  // What stands before a page: the session, and what is chosen; not yet at the very first.
  const AT = new RegExp(`^${base}(?:/([^/]+))?(?=/(?:nl|en)(?:/|$))`);
  const list = tray.querySelector("ul");
  let ids = split(tray.dataset.ids);

  function split(said) { return said === NONE ? [] : said.split("."); }
  function written() { return ids.join(".") || NONE; }
  function at() { return `${base}/${written()}`; }
  function moved(address) { return address.replace(AT, at()); }
  function here() { return location.pathname + location.search + location.hash; }

  function kept() {
    try { return sessionStorage.getItem(KEY); } catch { return null; } // no storage in this frame
  }
  function keep() {
    try { sessionStorage.setItem(KEY, written()); } catch { /* the address has it */ }
  }

  // Every address, tick and count as the choice now is.
  function show() {
    for (const name of ["href", "action", "data-at"]) {
      for (const each of document.querySelectorAll(`[${name}^="${base}/"]`)) {
        each.setAttribute(name, moved(each.getAttribute(name)));
      }
    }
    const full = most > 1 && ids.length >= most;
    for (const button of document.querySelectorAll("[data-pick]")) {
      const on = ids.includes(button.dataset.pick);
      button.setAttribute("aria-checked", String(on));
      if (full && !on) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    tray.querySelector(".tray-full").hidden = !full;
    tray.querySelector(".tray-none").hidden = ids.length > 0;
    list.parentElement.hidden = !ids.length;
    const gone = list.querySelectorAll(".gone").length;
    tray.querySelector("[name=insert]").disabled = ids.length <= gone;
    const count = (ids.length === 1 ? tray.dataset.one : tray.dataset.other).replace("#", ids.length);
    tray.querySelector(".tray-count").textContent = count;
    return ids.length ? count : none;
  }

  function add(id, title) {
    const item = tray.querySelector("template").content.firstElementChild.cloneNode(true);
    item.dataset.id = id;
    item.querySelector("span").textContent = title;
    item.querySelector(".drop-title").textContent = title;
    item.querySelector("button").value = id;
    list.append(item);
  }

  function drop(id) {
    const item = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    const focused = item?.contains(document.activeElement);
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    item?.remove();
    tray.querySelector(`[data-gone="${CSS.escape(id)}"]`)?.remove();
    if (focused) (next?.querySelector("button") ?? tray.querySelector("[name=cancel]")).focus();
  }

  function toggle(id, title) {
    if (ids.includes(id)) {
      ids = ids.filter((each) => each !== id);
      drop(id);
    } else if (most > 1 && ids.length >= most) {
      return say(tray.querySelector(".tray-full").textContent.trim());
    } else {
      if (most === 1) for (const each of ids) drop(each);
      ids = most === 1 ? [id] : [...ids, id];
      add(id, title);
    }
    keep();
    history.replaceState(history.state, "", moved(here()));
    say(show());
  }

  function say(text) { document.querySelector("body > [role=status]").textContent = text; }

  // An address from before what was chosen later: the choice goes on, and the address follows.
  function stale() {
    const before = kept();
    const found = AT.exec(location.pathname);
    if (before === null || !found || before === (found[1] ?? NONE)) return false;
    ids = split(before);
    return true;
  }

  const [{ type }] = performance.getEntriesByType("navigation");
  if (type === "back_forward" && stale()) location.replace(moved(here()));
  else keep(); // the address may be of another page, or have ids that the site knows as others now

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-pick], .drop");
    if (!button) return;
    event.preventDefault();
    const one = most === 1 && button.getAttribute("role") === "radio";
    if (!one || button.getAttribute("aria-checked") !== "true") {
      toggle(button.value, button.dataset.title);
    }
  });

  // A second click would take the answer to the first one away, and that can be had only once.
  let sent = false;
  tray.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });

  // One of several: arrows go from one to the next and choose it, as in any group of radio buttons.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step || event.target.getAttribute?.("role") !== "radio") return;
    const all = [...document.querySelectorAll("[data-pick]")];
    const next = all.at((all.indexOf(event.target) + step) % all.length);
    event.preventDefault();
    next.focus();
    if (next.getAttribute("aria-checked") !== "true") toggle(next.value, next.dataset.title);
  });

  // Before the list in place looks at where it is (see site.js).
  window.addEventListener("popstate", () => {
    if (stale()) history.replaceState(history.state, "", moved(here()));
  });
  document.addEventListener("enlivened", show);
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    sent = false;
    if (stale()) location.replace(moved(here()));
  });
}
