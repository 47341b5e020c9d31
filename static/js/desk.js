// Comfort on top of pages that work without it: rows to add and remove, a question before what cannot be undone,
// and no second sending of the same form.
(function () {
  "use strict";

  function button(word, kind) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn " + kind;
    made.append(word);
    return made;
  }

  function renumber(rows) {
    var name = rows.dataset.rows;
    var start = name + ".";
    Array.prototype.forEach.call(rows.querySelectorAll(":scope > .row"), function (row, n) {
      ["name", "id", "for", "list", "aria-describedby"].forEach(function (mark) {
        Array.prototype.forEach.call(row.querySelectorAll("[" + mark + "]"), function (part) {
          var value = part.getAttribute(mark);
          if (value.indexOf(start) === 0) {
            part.setAttribute(mark, start + n + value.slice(start.length).replace(/^\d+/, ""));
          }
        });
      });
    });
  }

  function clear(row) {
    Array.prototype.forEach.call(row.querySelectorAll("input, select, textarea"), function (part) {
      if (part.type === "checkbox" || part.type === "radio") part.checked = false;
      else part.value = "";
    });
    Array.prototype.forEach.call(row.querySelectorAll(".said"), function (part) { part.remove(); });
    Array.prototype.forEach.call(row.querySelectorAll(".wrong"), function (part) { part.classList.remove("wrong"); });
  }

  function enhance(rows) {
    function all() { return rows.querySelectorAll(":scope > .row"); }
    function removable(row) {
      var remove = button(rows.dataset.remove, "quiet");
      remove.addEventListener("click", function () {
        if (all().length > 1) row.remove(); else clear(row);
        renumber(rows);
        add.focus();
      });
      row.append(remove);
    }
    var blank = rows.querySelectorAll(":scope > [data-blank]");
    for (var n = 1; n < blank.length; n++) blank[n].remove();
    if (all().length > 1 && blank.length) blank[0].remove();
    var pattern = all()[0].cloneNode(true);
    clear(pattern);
    Array.prototype.forEach.call(all(), removable);
    var add = button("+ " + rows.dataset.add, "");
    add.addEventListener("click", function () {
      var row = pattern.cloneNode(true);
      removable(row);
      rows.insertBefore(row, add);
      renumber(rows);
      var first = row.querySelector("input, select, textarea");
      if (first) first.focus();
    });
    rows.append(add);
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-rows]"), enhance);

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.ask && !window.confirm(form.dataset.ask)) {
      event.preventDefault();
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !form.hasAttribute("data-again")) form.dataset.sent = "yes";
  });
  // Coming back with the browser's arrow: the form may be sent again.
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-sent]"), function (form) {
      delete form.dataset.sent;
    });
  });

  var wrong = document.querySelector(".summary");
  if (wrong) wrong.focus();
})();
