// Sends a report without leaving the page: a chosen photo and all words stay when something is wrong or the network fails.
(function () {
  "use strict";
  if (!window.fetch || !window.FormData || !window.DOMParser) return;
  var main = document.querySelector("main");
  var sending = false;

  function tell(form, words) {
    var note = form.querySelector("[data-unsent]");
    note.hidden = !words;
    note.textContent = words;
    if (words) note.scrollIntoView({ block: "center" });
  }

  // The page that came back, with the photo's field as it was: a script may not fill in a file.
  function show(html) {
    var answer = new DOMParser().parseFromString(html, "text/html");
    var next = answer.querySelector("main");
    if (!next || !next.querySelector("form.report")) return false;
    var photo = document.getElementById("photo");
    var fresh = next.querySelector("#photo");
    var refused = next.querySelector("#photo-said");
    main.innerHTML = next.innerHTML;
    document.title = answer.title;
    if (photo && fresh && photo.files.length && !refused) {
      document.getElementById("photo").replaceWith(photo);
      photo.removeAttribute("aria-invalid");
      var lost = document.querySelector("[data-photo-lost]");
      if (lost) lost.remove();
    }
    var told = main.querySelector("[role=alert]") || main.querySelector("h1");
    told.tabIndex = -1;
    told.focus();
    told.scrollIntoView({ block: "start" });
    return true;
  }

  // Somebody who comes back from the receipt may report something else.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) sending = false;
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form.report")) return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    tell(form, "");
    form.setAttribute("aria-busy", "true");
    // Not once the receipt is on its way: a second tap would send the report again.
    function again() {
      sending = false;
      form.removeAttribute("aria-busy");
    }
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } })
      .then(function (answer) {
        if (answer.redirected) {
          location.assign(answer.url);
          return undefined;
        }
        return answer.text().then(function (html) {
          if (!show(html)) tell(form, form.dataset.failed);
          again();
        });
      })
      .catch(function () {
        tell(form, form.dataset.failed);
        again();
      });
  });
})();
