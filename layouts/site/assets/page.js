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

  root.classList.add("js");
  apply(stored());
  document.addEventListener("DOMContentLoaded", function () { apply(stored()); });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    if (button.hasAttribute("data-size")) {
      var size = button.getAttribute("data-size");
      apply(size);
      try { localStorage.setItem("text-size", size); } catch (error) { /* a private window keeps nothing */ }
    }
  });
})();
