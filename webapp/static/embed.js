// <vindplaats-zoek>: the search of the catalogue in a page of yours. It makes one frame and lets it be
// as high as what is in it. Nothing is kept, and nothing else is loaded.
//   lang, theme, accent, client, query: as the page that makes the code writes them; label: its name.
"use strict";

(() => {
  const site = new URL(document.currentScript.src).origin;
  const LEAST = 240; // pixels
  const MOST = 30000;
  const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";

  class Search extends HTMLElement {
    static observedAttributes = ["lang", "theme", "accent", "client", "query", "label"];

    #frame = null;
    #listen = (event) => this.#heard(event);

    connectedCallback() {
      if (!this.#frame) {
        const frame = document.createElement("iframe");
        frame.loading = "lazy";
        frame.setAttribute("sandbox", SANDBOX);
        frame.style.cssText = `display:block;width:100%;border:0;height:${2 * LEAST}px`;
        // Every page in the frame is greeted anew; only one of the site can hear it.
        frame.addEventListener("load", () => frame.contentWindow.postMessage({ vindplaats: "hello" }, site));
        this.attachShadow({ mode: "open" }).append(frame);
        this.#frame = frame;
      }
      this.#show();
      addEventListener("message", this.#listen);
    }

    disconnectedCallback() {
      removeEventListener("message", this.#listen);
    }

    attributeChangedCallback(name, before, after) {
      if (this.#frame && before !== after) this.#show();
    }

    #show() {
      const address = new URL("/embed", site);
      address.search = this.getAttribute("query") ?? "";
      for (const name of ["lang", "theme", "accent", "client"]) {
        if (this.getAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
      }
      this.#frame.title = this.getAttribute("label") || "Vindplaats";
      if (this.#frame.src !== address.href) this.#frame.src = address.href;
    }

    #heard({ source, origin, data }) {
      if (origin !== site || source !== this.#frame.contentWindow) return;
      if (data?.vindplaats === "top") this.scrollIntoView({ block: "start" });
      if (data?.vindplaats !== "height" || !Number.isFinite(data.height)) return;
      this.#frame.style.height = `${Math.min(Math.max(data.height, LEAST), MOST)}px`;
    }
  }

  if (!customElements.get("vindplaats-zoek")) customElements.define("vindplaats-zoek", Search);
})();
