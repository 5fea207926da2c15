// Text size and printing: comforts only; nothing on the site needs this file.
(function () {
  "use strict";
  var root = document.documentElement;

  function stored() {
    try { return localStorage.getItem("text-size") || ""; } catch (error) { return ""; }
  }

  function apply(size) {
    if (size) root.setAttribute("data-size", size); else root.removeAttribute("data-size");
    document.querySelectorAll("button[data-size]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-size") === size));
    });
  }

  // Reads the page aloud by the system's own voice, or stops: what the browser finds no voice for stays silent.
  function read(button) {
    var stop = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    button.setAttribute("aria-pressed", String(!stop));
    if (stop) return;
    var parts = document.getElementById("main").innerText.split(/\n+/).filter(function (text) { return text.trim(); });
    parts.forEach(function (text, at) {
      var spoken = new SpeechSynthesisUtterance(text);
      spoken.lang = "zh-CN";
      if (at === parts.length - 1) spoken.onend = function () { button.setAttribute("aria-pressed", "false"); };
      speechSynthesis.speak(spoken);
    });
  }

  root.classList.add("js");
  if ("speechSynthesis" in window) root.classList.add("speaks");
  apply(stored());
  document.addEventListener("DOMContentLoaded", function () {
    apply(stored());
    if (!("speechSynthesis" in window)) return;
    addEventListener("pagehide", function () { speechSynthesis.cancel(); });
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    if (button.hasAttribute("data-read")) read(button);
    if (button.hasAttribute("data-size")) {
      var size = button.getAttribute("data-size");
      apply(size);
      try { localStorage.setItem("text-size", size); } catch (error) { /* a private window keeps nothing */ }
    }
  });
})();
