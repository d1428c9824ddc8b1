// Within an LMS: sends the answer of the picker on its way, and says that a registration is done.
// Without scripts a button and a sentence do the same.
"use strict";

document.getElementById("answer")?.submit();

// LTI Dynamic Registration 1.0, 3.6: nothing is told but that the window may be closed.
if (document.getElementById("registered")) {
  (window.opener ?? parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
}
