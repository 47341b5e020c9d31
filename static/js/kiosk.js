// Keeps the field of the counter's page ready: a scanner types wherever the focus is.
(function () {
  "use strict";
  var field = document.getElementById("code");
  function ready() {
    if (document.activeElement === document.body || document.activeElement === null) field.focus();
  }
  // A page that comes back from history may still hold what was typed.
  addEventListener("pageshow", function () {
    field.value = "";
    field.focus();
  });
  addEventListener("focus", ready);
  document.addEventListener("keydown", function (event) {
    if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) ready();
  });
})();
