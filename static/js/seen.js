// Tells the service that a person, not a link previewer, has opened this page; remembers on this device when it did.
(function () {
  "use strict";
  var path = location.pathname;

  function remember() {
    var key = "seen:" + path.slice(-175, -155);
    var before = null;
    try {
      before = localStorage.getItem(key);
      if (!before) localStorage.setItem(key, new Date().toISOString().slice(0, 10));
    } catch (refused) {
      before = null;
    }
    var note = document.getElementById("again");
    if (before && note) {
      note.append(new Date(before).toLocaleDateString(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }));
      note.hidden = false;
    }
  }

  fetch(path + "/seen", { method: "POST", keepalive: true }).catch(function () {});
  // By itself, so that an old phone shows the page and scrolls in between.
  setTimeout(remember, 0);
})();
