// Any two departments or localities side by side, from compare/data.js; works from a disk too.
(function () {
  "use strict";

  const root = document.currentScript.dataset.root;
  const form = document.getElementById("pair-form"), table = document.getElementById("pair-table");
  const status = document.getElementById("pair-status"), sides = ["a", "b"];
  const PLEASE = "请选择";
  let data = null;

  const field = (side, name) => form.elements[`${side}-${name}`];
  const folder = (year) => (year ? String(year) : "undated");
  const yearText = (year) => (year ? `${year}年` : "年度未注明");

  function fill(select, entries, chosen) {
    select.replaceChildren(...entries.map(([value, label]) => new Option(label, value, false, value === chosen)));
  }

  const locality = (side) => data.localities.find(([slug]) => slug === field(side, "locality").value);

  // The departments chosen: one, or all of the locality.
  function departments(side) {
    const [, , all] = locality(side), chosen = field(side, "department").value;
    return chosen ? all.filter(([slug]) => slug === chosen) : all;
  }

  function fillDepartments(side, chosen) {
    if (!locality(side)) return fill(field(side, "department"), [["", PLEASE]], "");
    fill(field(side, "department"), [["", "全部部门"], ...locality(side)[2].map(([slug, name]) => [slug, name])], chosen || "");
  }

  function fillYears(side, chosen) {
    if (!locality(side)) return fill(field(side, "year"), [["", PLEASE]], "");
    const years = new Set(departments(side).flatMap(([, , all]) => all.map(([year]) => String(year))));
    const sorted = Array.from(years).sort((a, b) => b - a);
    fill(field(side, "year"), sorted.map((year) => [year, yearText(Number(year))]), years.has(chosen) ? chosen : sorted[0]);
  }

  // The figures of one side: sums over its departments.
  function figures(side) {
    const year = Number(field(side, "year").value), [place, placeName] = locality(side);
    const result = { name: "", slugs: [place], departments: 0, projects: 0, fen: null, unstated: 0, levels: data.levels.map(() => 0), results: [0, 0, 0, 0, 0] };
    for (const [slug, name, years] of departments(side)) {
      for (const [itsYear, projects, fen, unstated, levels, results = []] of years) {
        if (itsYear !== year) continue;
        result.departments += 1;
        result.projects += projects;
        if (fen !== null) result.fen = (result.fen || 0) + fen;
        result.unstated += unstated;
        levels.forEach((count, at) => { result.levels[at] += count; });
        results.forEach((sum, at) => { result.results[at] += sum; });
        if (field(side, "department").value) Object.assign(result, { name, slugs: [place, slug, folder(itsYear)] });
      }
    }
    result.name = `${result.name || placeName}，${yearText(year)}`;
    return result;
  }

  function money(fen) {
    const text = String(Math.abs(fen)).padStart(3, "0"), rest = text.slice(-2).replace(/0+$/, "");
    return `${text.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ",")}${rest ? `.${rest}` : ""} 元`;
  }

  function difference(a, b, unit) {
    if (a === null || b === null) return "无法比较";
    if (a === b) return "相同";
    const sign = b > a ? "+" : "−", share = a && unit === money ? `（${sign}${(Math.abs(b - a) * 100 / a).toFixed(1)}%）` : "";
    return `${sign}${unit(b - a)}${share}`;
  }

  function link(text, slugs) {
    const made = document.createElement("a");
    made.href = `${root}${slugs.join("/")}/index.html`;
    made.textContent = text;
    return made;
  }

  function row(name, cells, head) {
    const made = document.createElement("tr");
    [name, ...cells].forEach((content, at) => {
      const cell = document.createElement(head || at === 0 ? "th" : "td");
      if (head || at === 0) cell.scope = head ? "col" : "row";
      else if (labels[at - 1]) cell.dataset.label = labels[at - 1];
      cell.append(content);
      made.append(cell);
    });
    return made;
  }

  let labels = [];

  function show() {
    if (!sides.every(locality)) {
      status.textContent = "请先选择甲、乙两方的地区。";
      return;
    }
    const [a, b] = sides.map(figures), count = (value) => String(Math.abs(value));
    const body = document.createElement("tbody"), head = document.createElement("thead");
    labels = [a.name, b.name, "乙比甲"];
    head.append(row("", [link(a.name, a.slugs), link(b.name, b.slugs), "乙比甲"], true));
    head.querySelector("th").textContent = "内容";
    const stated = (one) => (one.fen === null ? "未注明" : money(one.fen) + (one.unstated ? `（其中 ${one.unstated} 个未注明金额）` : ""));
    body.append(row("公开的部门", [count(a.departments), count(b.departments), difference(a.departments, b.departments, count)]));
    body.append(row("公开项目", [count(a.projects), count(b.projects), difference(a.projects, b.projects, count)]));
    body.append(row("项目预算合计", [stated(a), stated(b), difference(a.fen, b.fen, money)]));
    data.levels.forEach((level, at) => {
      const [first, second] = [a.levels[at], b.levels[at]];
      if (first || second) body.append(row(`${level}指标`, [count(first), count(second), difference(first, second, count)]));
    });
    showResults(body, a.results, b.results, count);
    const made = document.createElement("table"), caption = made.createCaption();
    made.className = "list compared";
    caption.className = "hidden";
    caption.textContent = `${a.name}与${b.name}的比较`;
    made.append(head, body);
    table.replaceChildren(made);
    showProjects(a, b);
    status.textContent = `已比较：甲，${a.name}；乙，${b.name}。`;
    remember();
  }

  // What 自评 says: how many projects, their mean score, and what was spent of the money of those that tell both.
  function showResults(body, first, second, count) {
    const both = [first, second], tenth = (share) => Math.round(share * 10) / 10;
    if (!first[0] && !second[0]) return;
    const scores = both.map(([, scored, sum]) => (scored ? tenth(sum / 100 / scored) : null));
    const rates = both.map(([, , , budget, spent]) => (budget ? tenth((spent * 100) / budget) : null));
    const shown = (value, unit) => (value === null ? "未注明" : `${value.toFixed(1)}${unit}`);
    const apart = (unit) => (value) => `${Math.abs(value).toFixed(1)} ${unit}`;
    body.append(row("自评的项目", [...both.map(([number]) => count(number)), difference(first[0], second[0], count)]));
    body.append(row("自评平均分", [...scores.map((one) => shown(one, "")), difference(...scores, apart("分"))]));
    body.append(row("执行率", [...rates.map((one) => shown(one, "%")), difference(...rates, apart("个百分点"))]));
  }

  // -- their projects, from the explorer's files -----------------------------------------------------

  let turn = 0;
  const MOST = 20, projects = new Map(), asked = new Map();

  window.gongkaiProjects = (place, number, part) => {
    for (const [department, slug, name, , ...amounts] of part.rows) {
      for (let at = 0; at < amounts.length; at += 2) {
        const key = `${place}/${amounts[at]}`;
        if (!projects.has(key)) projects.set(key, []);
        projects.get(key).push({ department: part.departments[department][0], slug, name, fen: amounts[at + 1] });
      }
    }
  };

  function load(place, files) {
    for (let number = 1; number <= files; number += 1) {
      const name = `${place}-${number}`;
      if (asked.has(name)) continue;
      asked.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        Object.assign(script, { src: `${root}projects/data/${name}.js`, onload: resolve, onerror: reject });
        document.head.append(script);
      }));
    }
    return Promise.all(Array.from(asked.values()));
  }

  function largest(side) {
    const [place] = locality(side), year = Number(field(side, "year").value), chosen = field(side, "department").value;
    const found = (projects.get(`${place}/${year}`) || []).filter((one) => !chosen || one.department === chosen);
    return found.sort((one, other) => (other.fen ?? -1) - (one.fen ?? -1)).map((one) => {
      const cell = document.createElement("span");
      cell.append(link(one.name, [place, one.department, folder(year), one.slug]), `，${one.fen === null ? "未注明" : money(one.fen)}`);
      return cell;
    });
  }

  // Row by row in order of size: the largest beside the largest.
  async function showProjects(a, b) {
    const place = document.getElementById("pair-projects"), its = (turn += 1);
    try { await Promise.all(sides.map((side) => load(locality(side)[0], locality(side)[4]))); } catch { return; }
    if (its !== turn || !sides.every(locality)) return;
    const [first, second] = sides.map(largest), count = Math.min(MOST, Math.max(first.length, second.length));
    const made = document.createElement("table"), head = document.createElement("thead"), body = document.createElement("tbody");
    made.className = "list compared";
    made.createCaption().textContent = `项目，按预算从大到小${count < Math.max(first.length, second.length) ? `，只列最大的 ${MOST} 个` : ""}`;
    labels = [a.name, b.name];
    head.append(row("名次", [a.name, b.name], true));
    for (let rank = 0; rank < count; rank += 1) body.append(row(String(rank + 1), [first[rank] || "", second[rank] || ""]));
    made.append(head, body);
    place.replaceChildren(...(count ? [made] : []));
  }

  // A locality is chosen: the year of the other side stays where it has it, and 请选择 goes.
  function choose(side) {
    const select = field(side, "locality"), other = field(side === "a" ? "b" : "a", "year").value;
    if (select.value && select.options[0].value === "") select.remove(0);
    fillDepartments(side);
    fillYears(side, other);
  }

  function remember() {
    const query = new URLSearchParams();
    for (const side of sides) query.set(side, ["locality", "department", "year"].map((name) => field(side, name).value).join("/"));
    try { history.replaceState(null, "", `?${query}`); } catch { /* some browsers refuse it for files on a disk */ }
  }

  // Two that can be compared fairly: departments of one locality, else localities of the same level, which published
  // projects in the same year, the newest first; none, where there are no such two.
  function fair(all) {
    const inYear = (year) => ([, , years]) => years.some(([its, projects]) => its === year && projects);
    const years = new Set(all.flatMap(([, , each]) => each.flatMap(([, , own]) => own.map(([year]) => year))));
    for (const year of Array.from(years).filter(Boolean).sort((a, b) => b - a)) {
      for (const [place, , each] of all) {
        const two = each.filter(inYear(year)).slice(0, 2);
        if (two.length === 2) return two.map(([slug]) => [place, slug, String(year)]);
      }
      const there = all.filter(([, , each]) => each.some(inYear(year)));
      for (const [, , , level] of there) {
        const two = there.filter(([, , , its]) => its === level).slice(0, 2);
        if (two.length === 2) return two.map(([place]) => [place, "", String(year)]);
      }
    }
    return [[], []];
  }

  function start() {
    const query = new URLSearchParams(location.search), all = data.localities.filter(([, , each]) => each.some(([, , years]) => years.length));
    if (all.length === 0) return;
    const given = sides.map((side) => (query.get(side) || "").split("/"));
    const known = given.map(([place]) => all.some(([slug]) => slug === place));
    const pair = known.some(Boolean) ? given.map((one, at) => (known[at] ? one : [])) : fair(all);
    sides.forEach((side, number) => {
      const [place, department, year] = pair[number];
      const empty = place ? [] : [["", PLEASE]];
      fill(field(side, "locality"), [...empty, ...all.map(([slug, name]) => [slug, name])], place || "");
      fillDepartments(side, department);
      fillYears(side, year);
      field(side, "locality").addEventListener("change", () => { choose(side); show(); });
      field(side, "department").addEventListener("change", () => { fillYears(side, field(side, "year").value); show(); });
      field(side, "year").addEventListener("change", show);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    show();
  }

  window.gongkaiCompare = (received) => { data = received; start(); };
  const script = document.createElement("script");
  script.src = `${root}compare/data.js`;
  document.head.append(script);
})();
