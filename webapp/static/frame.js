// In a frame: tells the page around it how high it is, once that page has said who it is. Its origin
// comes with its greeting, and nothing is ever sent to any other.
"use strict";

let host = "";

function tell(message) {
  if (host) parent.postMessage({ vindplaats: message, height: Math.ceil(document.body.getBoundingClientRect().height) }, host);
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || parent === window || data?.vindplaats !== "hello") return;
  if (!/^https?:\/\//.test(origin)) return; // "null" is nobody to answer to
  host = origin;
  tell("height");
});

new ResizeObserver(() => tell("height")).observe(document.body);

// Who turns a page wants to see its beginning, which only the page around can bring in view.
document.addEventListener("click", ({ target }) => {
  if (target.closest?.(".paging a")) tell("top");
});
