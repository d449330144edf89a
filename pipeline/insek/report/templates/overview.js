(function () {
  "use strict";
  var table = document.getElementById("all"), body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
  var tools = document.getElementById("tools"), text = document.getElementById("q"), status = document.getElementById("st");
  var count = document.getElementById("n"), words = rows.map(function (r) { return r.cells[0].textContent.toLowerCase(); });
  function value(row, i, numeric) {
    var s = row.cells[i].textContent.trim();
    if (!numeric) { return s.toLowerCase(); }
    var m = s.replace(",", ".").match(/\d+(\.\d+)?/);
    if (!m) { return -1; }
    return Number(m[0]) + (/^(<|unter|below)/.test(s) ? -0.5 : /^(>|über|above)/.test(s) ? 0.5 : 0);
  }
  function sort(th) {
    var i = th.cellIndex, numeric = th.classList.contains("n");
    var down = th.getAttribute("aria-sort") ? th.getAttribute("aria-sort") === "ascending" : numeric;
    Array.prototype.forEach.call(th.parentNode.cells, function (c) { c.removeAttribute("aria-sort"); });
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
    var keyed = rows.map(function (r) { return [value(r, i, numeric), r]; });
    var order = new Intl.Collator(document.documentElement.lang).compare;
    keyed.sort(function (a, b) {
      var d = numeric ? a[0] - b[0] : order(a[0], b[0]);
      return down ? -d : d;
    });
    var sorted = document.createDocumentFragment();
    keyed.forEach(function (k) { sorted.appendChild(k[1]); });
    body.appendChild(sorted);
  }
  function filter() {
    var q = text.value.trim().toLowerCase(), s = status.value, shown = 0;
    rows.forEach(function (r, i) {
      var hit = (!q || words[i].indexOf(q) >= 0) && (!s || r.className === s);
      r.hidden = !hit;
      shown += hit ? 1 : 0;
    });
    count.textContent = shown;
  }
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
    var button = document.createElement("span");  // Chromium leaves real buttons out of heads repeated in print
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    while (th.firstChild) { button.appendChild(th.firstChild); }
    th.appendChild(button);
    button.addEventListener("click", function () { sort(th); });
    button.addEventListener("keydown", function (e) {
      if (e.key === "Enter" || e.key === " ") { e.preventDefault(); sort(th); }
    });
  });
  text.addEventListener("input", filter);
  status.addEventListener("change", filter);
  tools.hidden = false;
  filter();
}());
