// Within an LMS: sends the answer of the picker on its way, says that a registration is done, and
// lets the LMS keep what a browser does not. Without scripts a button or a sentence does the same.
"use strict";

document.getElementById("answer")?.submit();

// LTI Dynamic Registration 1.0, 3.6: nothing is told but that the window may be closed.
if (document.getElementById("registered")) {
  (window.opener ?? parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
}

// LTI Platform Storage 0.1: asked of one window of the LMS, and answered by its origin alone.
function ask({ target, origin, key }, subject, more = {}) {
  const host = parent === window ? window.opener : parent;
  const keeper = target === "_parent" ? host : host?.frames[target];
  const number = String(Math.random());
  const say = () => keeper?.postMessage({ subject, message_id: number, key, ...more }, origin);
  const again = setInterval(say, 200); // a page that is still loading does not listen yet
  say();
  return new Promise((resolve, reject) => {
    addEventListener("message", ({ data, origin: from }) => {
      if (from !== origin || data?.message_id !== number || data.subject !== `${subject}.response`) return;
      if (data.error) reject(data.error);
      else resolve(data.value ?? "");
    });
    setTimeout(reject, 3000);
  }).finally(() => clearInterval(again));
}

const storage = document.getElementById("storage");
if (storage?.held) {
  const send = (value) => {
    storage.held.value = value;
    storage.submit();
  };
  ask(storage.dataset, "lti.get_data").then(send, () => send(""));
} else if (storage) {
  const { value, next } = storage.dataset;
  ask(storage.dataset, "lti.put_data", { value }).then(() => location.replace(next), () => {}); // the button is there
}
