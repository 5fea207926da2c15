// Text size, printing, copying: comforts only; nothing on the site needs this file.
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

  // The day for a citation; the address where the site states none, unless the page was opened from a disk.
  function complete() {
    var now = new Date(), day = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
    day = day.map(function (part) { return String(part).padStart(2, "0"); }).join("-");
    document.querySelectorAll("[data-today]").forEach(function (one) { one.textContent = "[" + day + "]" + one.getAttribute("data-today"); });
    var here = /^https?:$/.test(location.protocol) ? location.href.replace(/[?#].*$/, "").replace(/index\.html$/, "") : "";
    document.querySelectorAll("[data-here]").forEach(function (one) {
      if (one.tagName === "TEXTAREA") one.value = one.value.split("{网址}").join(here); else one.textContent = here;
    });
    document.querySelectorAll(".unknown").forEach(function (one) { one.classList.toggle("unknown", !here); });
  }

  function copied(button, target) {
    var text = target.value || target.textContent.trim(), label = button.textContent;
    function told() {
      button.textContent = button.getAttribute("data-done");
      setTimeout(function () { button.textContent = label; }, 2000);
    }
    function select() {  // no clipboard for pages that are not encrypted
      var range = document.createRange();
      if (target.select) target.select(); else { range.selectNodeContents(target); getSelection().removeAllRanges(); getSelection().addRange(range); }
      if (document.execCommand("copy")) told();
    }
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(told, select); else select();
  }

  document.addEventListener("DOMContentLoaded", function () {
    apply(stored());
    complete();
    if (!("speechSynthesis" in window)) return;
    addEventListener("pagehide", function () { speechSynthesis.cancel(); });
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-copy")) copied(button, document.getElementById(button.getAttribute("data-copy")));
    if (button.hasAttribute("data-print")) window.print();
    if (button.hasAttribute("data-read")) read(button);
    if (button.hasAttribute("data-size")) {
      var size = button.getAttribute("data-size");
      apply(size);
      try { localStorage.setItem("text-size", size); } catch (error) { /* a private window keeps nothing */ }
    }
  });
})();
