// Comfort, and nothing that a page needs: suggestions while typing (WAI-ARIA's combobox with a
// list), the reasons for a result in the place where they are asked for, and a list that changes
// under the hands of who narrows, sorts or turns it.
"use strict";

function suggest(form) {
  const input = form.querySelector("[name=q]");
  const said = form.dataset;
  const list = document.createElement("ul");
  const count = document.createElement("div");
  let at = -1; // the option that is pointed at
  let asking = null; // the request under way
  let timer = 0;

  Object.assign(list, { id: "suggestions", className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", said.label);
  Object.assign(count, { className: "unseen" });
  count.setAttribute("role", "status");
  input.type = "text"; // a search field cannot be a combobox
  input.enterKeyHint = "search";
  for (const [name, value] of [
    ["role", "combobox"], ["aria-autocomplete", "list"],
    ["aria-expanded", "false"], ["aria-controls", list.id],
  ]) input.setAttribute(name, value);
  input.parentElement.append(list);
  form.append(count);

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    point(-1);
    input.setAttribute("aria-expanded", "false");
    count.textContent = "";
  }

  function point(to) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = to;
    const option = list.children[at];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  // In a frame a search stays there, and a material where one is chosen; any other page may not be framed.
  function go({ dataset: { address, kind } }) {
    if (said.at && (kind === "person" || (kind === "title" && !("inside" in said)))) window.open(address, "_blank", "noopener");
    else location.assign((said.at ?? "") + address);
  }

  function show(found) {
    list.replaceChildren(...found.map(({ kind, text, page }, number) => {
      const option = document.createElement("li");
      const name = document.createElement("span");
      const sort = document.createElement("span");
      Object.assign(option, { id: `suggestion-${number}` });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      name.textContent = text;
      name.dir = "auto";
      sort.textContent = said[kind] ?? "";
      sort.className = "suggestion-kind";
      option.append(name, " ", sort);
      const { pathname, search } = new URL(page, location.href);
      option.dataset.address = pathname + search; // of this site, under whichever name it is asked
      option.dataset.kind = kind;
      return option;
    }));
    at = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    count.textContent = (found.length === 1 ? said.one : said.other).replace("#", found.length);
  }

  async function ask() {
    asking?.abort();
    const typed = input.value;
    const mine = (asking = new AbortController());
    try {
      const address = `${said.suggest}&q=${encodeURIComponent(typed.slice(0, input.maxLength))}`;
      const answer = await fetch(address, { signal: mine.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      // Never an answer to what was typed before.
      if (mine === asking && typed === input.value && input === document.activeElement) show(found);
    } catch (error) {
      if (error.name !== "AbortError") close(); // without a network there are no suggestions
    }
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    close();
    if (input.value.trim().length > 1) timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { key } = event;
    const size = list.children.length;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void (input.value.trim().length > 1 && ask());
      // One step beyond either end is the field itself.
      const steps = size + 1;
      point(((at + 1 + (key === "ArrowDown" ? 1 : steps - 1)) % steps) - 1);
    } else if (key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      go(list.children[at]);
    } else if (key === "Escape") {
      event.preventDefault();
      if (list.hidden) input.value = "";
      close();
    } else if (key === "Home" || key === "End" || key === "ArrowLeft" || key === "ArrowRight") {
      point(-1);
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field stays in focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option);
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  window.addEventListener("pageshow", close);
}

// The reasons for a result open below it; where that fails, the link leads to their page.
async function explain(link) {
  const foot = link.closest(".card-foot");
  const open = foot.nextElementSibling;
  if (open) {
    open.hidden = !open.hidden;
    return link.setAttribute("aria-expanded", String(!open.hidden));
  }
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const why = page.getElementById("why");
    why.removeAttribute("id"); // there may be several on one page
    foot.after(why);
    link.setAttribute("aria-expanded", "true");
  } catch {
    location.assign(link.href);
  } finally {
    link.ariaBusy = null;
  }
}

function explainable(link) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); explain(link); }
  });
  link.addEventListener("click", (event) => {
    if (!plain(event)) return;
    event.preventDefault();
    explain(link);
  });
}

function plain(event) {
  return !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

function enliven() {
  for (const form of document.querySelectorAll("form[data-suggest]")) suggest(form);
  for (const link of document.querySelectorAll(".card-why")) explainable(link);
  document.dispatchEvent(new Event("enlivened"));
}

enliven();

// The list in place. What has the focus keeps it, what was open stays open, and the number of
// results is said aloud; whatever goes wrong, the link is followed as any link.
const LISTS = ".facets, .chips, .order, .paging";
const aloud = document.createElement("div");
aloud.className = "unseen";
aloud.setAttribute("role", "status");
document.body.append(aloud);
let listed = location.pathname + location.search; // what is on the page now
let listing = null; // the request under way

// What a control is called, by which the same one is found again in another answer.
function name(control) {
  const within = control.closest(".facet")?.id ?? control.closest(LISTS)?.classList[0] ?? "";
  const said = control.closest("li")?.querySelector(".value-name")
    ?? control.querySelector("h2") ?? control;
  return [within, control.tagName, control.classList[0], said.textContent.trim()].join("|");
}

function swap(page) {
  const open = [...document.querySelectorAll("main details[open]")];
  const kept = new Set(open.map((each) => name(each.querySelector("summary"))));
  const focused = document.activeElement?.closest("main a, main summary");
  const wanted = focused && name(focused);
  for (const part of [".top", "main"]) {
    document.querySelector(part).replaceWith(page.querySelector(part));
  }
  document.title = page.title;
  for (const each of document.querySelectorAll("main details")) {
    if (kept.has(name(each.querySelector("summary")))) each.open = true;
  }
  enliven();
  const heading = document.querySelector("h1");
  const again = [...document.querySelectorAll("main a, main summary")]
    .find((each) => name(each) === wanted && each.checkVisibility());
  heading.tabIndex = -1;
  if (wanted) (again ?? heading).focus({ preventScroll: Boolean(again) });
  aloud.textContent = heading.textContent.trim();
}

async function list(address, pushed) {
  listing?.abort();
  const mine = (listing = new AbortController());
  try {
    const answer = await fetch(address, { signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== listing) return;
    if (!answer.ok || !page.querySelector("main")) throw new Error(answer.statusText);
    if (pushed) history.pushState(null, "", address);
    listed = location.pathname + location.search;
    swap(page);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("main a[href]");
  if (!link || !plain(event) || event.defaultPrevented) return;
  if (!link.closest(LISTS) || link.pathname !== location.pathname) return;
  event.preventDefault();
  const turned = link.closest(".paging");
  list(link.href, true).then(() => turned && scrollTo(0, 0));
});

window.addEventListener("popstate", () => {
  if (location.pathname + location.search !== listed) list(location.href, false);
});
