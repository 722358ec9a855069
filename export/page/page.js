"use strict";
(() => {
  const step = 200, printed = 1000;
  const severities = ["unknown", "low", "medium", "high", "critical"];
  const links = [[/^CVE-\d{4}-\d{4,}$/, "https://nvd.nist.gov/vuln/detail/"], [/^GHSA(-[0-9a-z]{4}){3}$/, "https://github.com/advisories/"]];

  const cell = (value, column) => {
    const td = document.createElement("td");
    if (column.n) td.className = "n";
    if (value === null) return td;
    const words = String(value);
    const link = links.find(([form]) => form.test(words));
    if (link) {
      const a = td.appendChild(document.createElement("a"));
      a.href = link[1] + words;
      a.rel = "noreferrer";
      a.textContent = words;
    } else if (column.s) {
      const mark = td.appendChild(document.createElement("span"));
      mark.className = "sev " + words.toLowerCase().replace(/[^a-z]/g, "");
      mark.textContent = words;
    } else {
      td.textContent = words;
      if (words.length > 80) td.classList.add("w");
    }
    return td;
  };

  const order = (column) => (a, b) => {
    if (a === b) return 0;
    if (a === null) return 1;
    if (b === null) return -1;
    if (column.s) {
      const x = severities.indexOf(String(a).toLowerCase()), y = severities.indexOf(String(b).toLowerCase());
      if (x !== y) return x - y;
    }
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  };

  for (const section of document.querySelectorAll("section[data-rows]")) {
    const table = section.querySelector("table"), body = table.tBodies[0];
    const find = section.querySelector("input"), more = section.querySelector(".more"), shown = section.querySelector(".shown");
    let data = null, rows = null, texts = null, count = body.rows.length;
    const total = Number(section.dataset.rows);

    const load = () => {
      if (data) return;
      data = JSON.parse(section.querySelector("script").textContent);
      data.rows.pop(); // the end mark
      rows = data.rows;
    };
    const draw = (limit) => {
      count = Math.min(limit, rows.length);
      const list = document.createDocumentFragment();
      for (const row of rows.slice(0, count)) {
        const tr = document.createElement("tr");
        row.forEach((value, i) => tr.append(cell(value, data.columns[i])));
        list.append(tr);
      }
      body.replaceChildren(list);
      tell();
    };
    const tell = () => {
      const matching = rows ? rows.length : total;
      shown.textContent = `${count.toLocaleString("en")} of ${matching.toLocaleString("en")} rows shown` + (matching < total ? `, ${total.toLocaleString("en")} in all` : "");
      more.hidden = count >= matching;
    };
    let sorted = -1, down = false;
    const apply = () => {
      load();
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length && !texts) texts = data.rows.map((row) => row.join("\u0001").toLowerCase());
      rows = words.length ? data.rows.filter((_, i) => words.every((w) => texts[i].includes(w))) : data.rows.slice();
      if (sorted >= 0) {
        const compare = order(data.columns[sorted]);
        rows.sort((a, b) => {
          const x = a[sorted], y = b[sorted];
          return x === null || y === null ? compare(x, y) : down ? compare(y, x) : compare(x, y);
        });
      }
      draw(step);
    };
    table.tHead.querySelectorAll("th").forEach((th, i) => {
      const head = th.querySelector("[role=button]");
      head.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          head.click();
        }
      });
      head.addEventListener("click", () => {
        load();
        down = sorted === i ? !down : Boolean(data.columns[i].n || data.columns[i].s);
        sorted = i;
        table.tHead.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", down ? "descending" : "ascending");
        apply();
      });
    });
    let timer;
    find.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(apply, 120);
    });
    more.addEventListener("click", () => {
      load();
      draw(count + 1000);
    });
    addEventListener("beforeprint", () => {
      load();
      if (count < rows.length) draw(printed);
    });
    section.querySelector(".tools").hidden = false;
    tell();
  }

  const theme = document.querySelector("header button");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
