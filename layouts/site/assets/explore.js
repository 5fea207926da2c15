// The project explorer: rows of projects/data/*.js, filtered and sorted as chosen; works from a disk too.
(function () {
  "use strict";

  const PAGE = 100, COLUMNS = 5;
  const root = document.currentScript.dataset.root, form = document.getElementById("explore");
  if (!form) return;
  const byId = (id) => document.getElementById(`explore-${id}`);
  const table = byId("table"), status = byId("status"), more = byId("more");
  const { places, years, words } = JSON.parse(byId("data").textContent);
  const field = form.elements, loaded = new Map(), rows = [];
  let shown = [], limit = PAGE;

  // -- data: the files of a locality, or of all ---------------------------------------------------

  function file(place, number) {
    const name = `${place}-${number}`;
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${root}projects/data/${name}.js`;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  }

  // departments: [slug, name]; a row: department, folder, name, kind or -1, then year and 分 (or null) in turn.
  window.gongkaiProjects = (slug, number, part) => {
    const placeName = places.find(([its]) => its === slug)[1];
    for (const [department, folder, name, kind, ...amounts] of part.rows) {
      const [departmentSlug, departmentName] = part.departments[department], its = new Map();
      for (let at = 0; at < amounts.length; at += 2) its.set(amounts[at], amounts[at + 1]);
      rows.push({ place: slug, placeName, department: departmentSlug, departmentName, folder, name, kind: part.kinds[kind] || "", its });
    }
  };

  function wanted() {
    const here = places.filter(([slug]) => !field.place.value || slug === field.place.value);
    return Promise.all(here.flatMap(([slug, , files]) => Array.from({ length: files }, (_, at) => file(slug, at + 1))));
  }

  // -- which rows ---------------------------------------------------------------------------------

  const chosenYear = () => (field.year.value === "all" ? null : Number(field.year.value));
  const newest = (row) => Math.max(...row.its.keys());
  const yearOf = (row) => chosenYear() ?? newest(row);
  const amount = (row) => row.its.get(yearOf(row)) ?? null;
  const yearText = (year) => (year ? `${year}年` : words.year);

  // The year before in which it was published, and the difference; null where there is none.
  function change(row) {
    const year = yearOf(row), before = Math.max(0, ...Array.from(row.its.keys()).filter((one) => one && one < year));
    if (!before) return null;
    const old = row.its.get(before), now = amount(row);
    return { old, difference: old === null || now === null ? null : now - old };
  }

  // 万元 → 分; null for an empty field or what is no number.
  function bound(text) {
    const number = text.trim().replace(/[,，]/g, "");
    return /^\d+(\.\d+)?$/.test(number) ? Math.round(Number(number) * 1e6) : null;
  }

  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

  function chosen() {
    const year = chosenYear(), from = bound(field.from.value), to = bound(field.to.value), name = plain(field.name.value);
    return rows.filter((row) => {
      const fen = amount(row);
      return (year === null || row.its.has(year))
        && (!field.place.value || row.place === field.place.value)
        && (!field.department.value || row.department === field.department.value)
        && (!field.kind.value || row.kind === field.kind.value)
        && (!name || plain(row.name).includes(name))
        && (from === null || (fen !== null && fen >= from)) && (to === null || (fen !== null && fen <= to));
    });
  }

  const orders = {
    "": (row) => -(amount(row) ?? -1),
    small: (row) => amount(row) ?? Infinity,
    up: (row) => -(change(row)?.difference ?? -Infinity),
    down: (row) => change(row)?.difference ?? Infinity,
  };

  function sorted(found) {
    if (field.sort.value === "name") return found.sort((a, b) => a.name.localeCompare(b.name, "zh-CN"));
    const key = orders[field.sort.value] || orders[""], keys = new Map(found.map((row) => [row, key(row)]));
    return found.sort((a, b) => (keys.get(a) === keys.get(b) ? 0 : keys.get(a) - keys.get(b)));
  }

  // -- how they are shown -------------------------------------------------------------------------

  function money(fen) {
    const text = String(Math.abs(fen)).padStart(3, "0"), rest = text.slice(-2).replace(/0+$/, "");
    return `${text.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ",")}${rest ? `.${rest}` : ""}`;
  }

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  const absent = () => element("span", { class: "absent" }, words.unstated);
  const nothing = () => [element("span", { class: "none", "aria-hidden": "true" }, "·"), element("span", { class: "hidden" }, words.not)];

  function changed(step) {
    if (!step) return nothing();
    if (step.difference === null) return [element("span", { class: "absent" }, words.cannot)];
    if (!step.difference) return [words.equal];
    const sign = step.difference > 0 ? "+" : "−";
    const share = step.old ? ` （${sign}${(Math.abs(step.difference) * 100 / step.old).toFixed(1)}%）` : "";
    return [element("span", { class: "money" }, `${sign}${money(step.difference)}\u00a0元`), share && element("span", { class: "money" }, share)];
  }

  function spark(row, columns) {
    const top = Math.max(1, ...columns.map((year) => row.its.get(year) || 0)), space = "http://www.w3.org/2000/svg";
    const made = document.createElementNS(space, "svg");
    const set = (one, values) => Object.entries(values).forEach(([key, value]) => one.setAttribute(key, value));
    set(made, { class: "spark", width: columns.length * 9, height: 22, "aria-hidden": "true" });
    columns.forEach((year, at) => {
      if (!Number.isFinite(row.its.get(year) ?? NaN)) return;
      const height = 1 + row.its.get(year) * 20 / top, bar = document.createElementNS(space, "rect");
      set(bar, { class: "chart-bar", x: at * 9, y: (22 - height).toFixed(1), width: 6, height: height.toFixed(1) });
      made.append(bar);
    });
    return made;
  }

  const columnsOf = (found) => Array.from(new Set(found.flatMap((row) => Array.from(row.its.keys())))).sort((a, b) => b - a).slice(0, COLUMNS).reverse();
  const address = (row) => `${root}${row.place}/${row.department}/${yearOf(row) || "undated"}/${row.folder}/index.html`;

  function line(row, place, running, columns) {
    const cell = (label, ...content) => element("td", { class: "amount", "data-label": label }, ...content);
    const of = [row.placeName, row.departmentName, row.kind].filter(Boolean).join(" · ");
    const rank = cell(words.place, place), year = yearOf(row);
    rank.classList.add("rank");
    const made = element("tr", {}, rank, element("th", { scope: "row" }, element("a", { href: address(row) }, row.name), element("span", { class: "of" }, of)));
    for (const column of columns) {
      const one = cell(yearText(column)), fen = row.its.get(column);
      one.append(...(row.its.has(column) ? [fen === null ? absent() : money(fen)] : nothing()));
      one.classList.toggle("chosen", column === year);
      made.append(one);
    }
    made.append(element("td", { class: "trend" }, spark(row, columns)), cell(words.change, ...changed(change(row))));
    if (chosenYear() !== null) made.append(cell(words.running, running === null ? "" : money(running)));
    return made;
  }

  const sum = (amounts) => amounts.filter((fen) => fen !== null).reduce((all, fen) => all + fen, 0);

  // What a large sum is in 亿元, as the page writes it.
  function short(fen) {
    const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    return fen < 1e10 ? "" : `（${(fen / 1e10).toLocaleString("en-US", two).replace(/\.00$/, "")} 亿元）`;
  }

  function summary() {
    const amounts = shown.map(amount), stated = amounts.filter((fen) => fen !== null), missing = amounts.length - stated.length;
    const parts = [words.count.replace("{个数}", shown.length)];
    if (chosenYear() === null) parts.push(words.mixed);
    else if (stated.length) parts.push(`${words.sum} ${money(sum(amounts))} 元${short(sum(amounts))}`);
    if (missing) parts.push(words.of.replace("{个数}", missing));
    return `${chosenYear() === null ? words.all : yearText(chosenYear())}：${parts.join("，")}。${words.unit}`;
  }

  function draw() {
    if (!shown.length) {
      table.replaceChildren(element("p", {}, words.none));
    } else {
      const columns = columnsOf(shown), body = element("tbody"), heads = [[words.place, 1], [words.project, 0], ...columns.map((year) => [yearText(year), 1]), [words.trend, 0], [words.change, 1]];
      if (chosenYear() !== null) heads.push([words.running, 1]);
      let running = 0, place = 0, last;
      shown.slice(0, limit).forEach((row, at) => {
        const fen = amount(row);
        if (field.sort.value || fen !== last) place = at + 1;
        last = fen;
        running += fen ?? 0;
        body.append(line(row, place, fen === null ? null : running, columns));
      });
      const head = element("tr", {}, ...heads.map(([name, right]) => element("th", right ? { scope: "col", class: "amount" } : { scope: "col" }, name)));
      const foot = element("tr", {}, element("td", { class: "empty" }), element("th", { scope: "row" }, words.ofYear));
      for (const year of columns) {
        const amounts = shown.map((row) => row.its.get(year) ?? null), any = amounts.some((fen) => fen !== null);
        foot.append(element("td", { class: "amount", "data-label": yearText(year) }, any ? money(sum(amounts)) : ""));
      }
      foot.append(element("td", { class: "empty", colspan: heads.length - columns.length - 2 }));
      table.replaceChildren(element("table", { class: "list projects" }, element("caption", {}, summary()), element("thead", {}, head), body, element("tfoot", {}, foot)));
    }
    more.hidden = shown.length <= limit;
  }

  // -- what is chosen: fields, address, files ------------------------------------------------------

  function fill(select, first, entries) {
    const kept = select.dataset.wanted || select.value;
    delete select.dataset.wanted;
    select.replaceChildren(new Option(first, ""), ...entries.map(([value, label]) => new Option(label, value, false, value === kept)));
  }

  // The departments of the locality, and the kinds there are.
  function fillFields() {
    const here = rows.filter((row) => !field.place.value || row.place === field.place.value);
    fill(field.department, words.departments, field.place.value ? Array.from(new Map(here.map((row) => [row.department, row.departmentName]))) : []);
    fill(field.kind, words.kinds, Array.from(new Set(here.map((row) => row.kind))).filter(Boolean).sort((a, b) => a.localeCompare(b, "zh-CN")).map((kind) => [kind, kind]));
  }

  const names = ["year", "place", "department", "kind", "name", "from", "to", "sort"];

  function remember() {
    const query = new URLSearchParams(names.filter((name) => field[name].value && !(name === "year" && field.year.selectedIndex === 0)).map((name) => [name, field[name].value]));
    const hash = query.toString() ? `#${query}` : location.pathname;
    if (`#${query}` !== location.hash && (location.hash || location.search || query.toString())) {
      try { history.replaceState(null, "", hash); } catch { location.hash = String(query); }
    }
  }

  function recall() {
    const hash = location.hash.slice(1), query = new URLSearchParams(hash.includes("=") ? hash : location.search);
    for (const name of names) {
      const value = query.get(name) ?? "";
      if (field[name].tagName === "SELECT" && ["department", "kind"].includes(name)) field[name].dataset.wanted = value;
      else if (name === "year" && !years.map(String).concat("all").includes(value)) field.year.selectedIndex = 0;
      else field[name].value = value;
      if (field[name].selectedIndex === -1) field[name].selectedIndex = 0;
    }
  }

  async function show() {
    if (!rows.length) status.textContent = words.loading;
    limit = PAGE;
    try { await wanted(); } catch { status.textContent = words.failed; return; }
    fillFields();
    shown = sorted(chosen());
    draw();
    status.textContent = summary();
    remember();
  }

  // -- to take away --------------------------------------------------------------------------------

  // What a spreadsheet would run begins with a mark of its own, as in the site's other CSV files.
  const guarded = (text) => (/^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);
  const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);
  const yuan = (fen) => (fen === null || fen === undefined ? "" : `${fen < 0 ? "-" : ""}${money(fen).replace(/,/g, "")}`);

  function csv() {
    const all = Array.from(new Set(shown.flatMap((row) => Array.from(row.its.keys())))).sort((a, b) => a - b);
    const head = [words.locality, words.department, words.project, words.kind, words.slug, ...all.map((year) => `${yearText(year)}${words.budget}`), words.difference, words.address];
    const lines = shown.map((row) => {
      const texts = [row.placeName, row.departmentName, row.name, row.kind, row.folder].map(guarded);
      return [...texts, ...all.map((year) => yuan(row.its.get(year))), yuan(change(row)?.difference), new URL(address(row), location.href).href];
    });
    return `\ufeff${[head, ...lines].map((cells) => cells.map(quoted).join(",")).join("\r\n")}\r\n`;
  }

  byId("csv").addEventListener("click", () => {
    const link = element("a", { href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })), download: "projects.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  byId("link").addEventListener("click", async (event) => {
    try { await navigator.clipboard.writeText(location.href); status.textContent = event.target.dataset.done; } catch { status.textContent = location.href; }
  });
  byId("reset").addEventListener("click", () => { form.reset(); fillFields(); show(); });
  more.addEventListener("click", () => { limit += PAGE; draw(); });
  field.place.addEventListener("change", () => { field.department.value = ""; });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", show);
  let typing = 0;
  form.addEventListener("input", (event) => { if (event.target.tagName === "INPUT") { clearTimeout(typing); typing = setTimeout(show, 250); } });
  window.addEventListener("hashchange", () => { if (location.hash.includes("=")) { recall(); show(); } });
  recall();
  show();
})();
