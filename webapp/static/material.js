// What one does with materials: copy a line, look at a film, keep a list. The list is in this
// browser alone; its address names the materials, so that it can be shared, and never the notes.
"use strict";
{
  const KEY = "vindplaats.list";
  const MOST = 100;
  const ID = /^[\w-]{1,40}$/;

  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      return (Array.isArray(found) ? found : [])
        .filter((each) => ID.test(each?.id))
        .map(({ id, note }) => ({ id, note: typeof note === "string" ? note : "" }))
        .slice(0, MOST);
    } catch {
      return []; // no storage, or something of somebody else's in it
    }
  }

  function keep(list) {
    try {
      localStorage.setItem(KEY, JSON.stringify(list.slice(0, MOST)));
    } catch { /* it is full, or not allowed: the page goes on without */ }
    show();
  }

  const ids = (list) => list.map(({ id }) => id);
  const say = (text) => { document.querySelector("body > [role=status]").textContent = text; };

  // Every button and count as the list now is.
  function show() {
    const there = new Set(ids(kept()));
    for (const button of document.querySelectorAll("[data-save]")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(there.has(button.dataset.save)));
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      count.textContent = there.size ? `(${there.size})` : "";
    }
    for (const each of document.querySelectorAll("[data-copy], .preview")) each.hidden = false;
  }

  function save(button) {
    const list = kept();
    const id = button.dataset.save;
    const left = list.filter((each) => each.id !== id);
    keep(left.length < list.length ? left : [...list, { id, note: "" }]);
  }

  async function copy(button) {
    const from = document.getElementById(button.dataset.copy);
    const word = button.querySelector(".copy-word");
    const before = button.dataset.word ??= word.textContent;
    const text = from.textContent.trim();
    let said = button.dataset.done;
    try {
      const parts = { "text/plain": new Blob([text], { type: "text/plain" }) };
      if ("html" in from.dataset) {
        parts["text/html"] = new Blob([from.innerHTML], { type: "text/html" });
      }
      await navigator.clipboard.write([new ClipboardItem(parts)]);
    } catch { // not over http, or not allowed: marked, ready for the keys
      getSelection().selectAllChildren(from);
      said = button.dataset.failed;
    }
    word.textContent = said;
    say(said);
    button.addEventListener("blur", () => { word.textContent = before; }, { once: true });
  }

  function look(preview) {
    const frame = document.createElement("iframe");
    frame.src = preview.dataset.frame;
    frame.title = preview.dataset.title;
    frame.allow = "fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin"; // some players refuse without
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-presentation");
    preview.querySelector("button").replaceWith(frame);
    frame.focus();
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    if (!button) return;
    if (button.dataset.save) save(button);
    else if (button.dataset.copy) copy(button);
    else if (button.closest(".preview")) look(button.closest(".preview"));
  });

  // The page of a list. One that is one's own can be changed, and changes its address with it.
  const page = document.querySelector("[data-list]");

  function address(list) {
    return page.dataset.list + (list.length ? `?m=${ids(list).join(".")}` : "");
  }

  function addressed() {
    const named = new URLSearchParams(location.search).get("m");
    return named ? named.split(".") : [];
  }

  function own() {
    const items = [...page.querySelectorAll("[data-id]")];
    const notes = new Map(kept().map(({ id, note }) => [id, note]));
    const list = items.map(({ dataset: { id, was } }) => // what became of what was kept
      ({ id, note: was.split(" ").map((each) => notes.get(each)).find(Boolean) ?? "" }));
    keep(list);
    page.classList.add("own");
    history.replaceState({ own: true }, "", address(list));
    for (const part of page.querySelectorAll(".list-tools, .list-print")) part.hidden = false;
    for (const item of items) {
      const note = item.querySelector("textarea");
      note.value = list.find(({ id }) => id === item.dataset.id)?.note ?? "";
      note.addEventListener("input", () => {
        keep(kept().map((each) =>
          each.id === item.dataset.id ? { ...each, note: note.value } : each));
      });
    }
    page.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.move) move(button, Number(button.dataset.move));
      else if (button && "print" in button.dataset) print();
      else if (button && "clear" in button.dataset && confirm(button.dataset.sure)) changed([]);
    });
  }

  function move(button, step) {
    const item = button.closest("[data-id]");
    const list = kept();
    const at = list.findIndex(({ id }) => id === item.dataset.id);
    const [one] = list.splice(at, 1);
    if (!step) {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      next?.querySelector("[data-move='0']").focus();
      return changed(list);
    }
    const to = Math.min(Math.max(at + step, 0), list.length);
    list.splice(to, 0, one);
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (other) other[step < 0 ? "before" : "after"](item);
    button.focus();
    changed(list);
    say(`${to + 1} / ${list.length}`);
  }

  // The rest of the page follows: addresses, downloads, the other language.
  function changed(list) {
    const before = `m=${addressed().join(".")}`;
    const after = `m=${ids(list).join(".")}`;
    keep(list);
    if (!list.length) return location.assign(page.dataset.list);
    history.replaceState({ own: true }, "", address(list));
    for (const link of document.querySelectorAll(".list-out a, a.language")) {
      link.href = link.getAttribute("href").replace(before, after);
    }
    const shared = document.getElementById("list-address");
    shared.textContent = shared.textContent.replace(before, after);
    const count = page.querySelector(".list-count");
    count.textContent = count.textContent.replace(/[\d.,]+/, list.length);
  }

  function open() {
    const list = kept();
    const asked = addressed();
    const same = asked.join(".") === ids(list).join(".");
    if (!same && list.length && (!asked.length || history.state?.own)) {
      return location.replace(address(list));
    }
    if (same && list.length) return own();
    const take = page.querySelector(".list-take");
    if (!take) return;
    take.hidden = false;
    take.querySelector("button").addEventListener("click", () => {
      const there = new Set(ids(list));
      const more = [...page.querySelectorAll("[data-id]")]
        .map(({ dataset: { id } }) => id).filter((id) => !there.has(id));
      keep([...list, ...more.map((id) => ({ id, note: "" }))]);
      location.assign(page.dataset.list);
    });
  }

  show();
  if (page) open();
  document.addEventListener("enlivened", show);
  window.addEventListener("storage", ({ key }) => { if (key === KEY) show(); });
  window.addEventListener("pageshow", ({ persisted }) => { if (persisted) page ? location.reload() : show(); });
}
