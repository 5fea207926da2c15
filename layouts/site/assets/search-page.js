// The search page: asks the index, lists what is found as projects with their years, keeps the query in the address.
(function (search) {
  "use strict";

  const FIRST = 60, PER_PAGE = 20;
  const form = document.getElementById("search-form");
  const box = form.elements.q, filters = ["year", "locality", "department", "kind"], sort = form.elements.sort;
  const status = document.getElementById("search-status"), list = document.getElementById("search-results");
  const more = document.getElementById("search-more"), help = document.getElementById("search-none");
  const clear = document.getElementById("search-clear");
  const state = { run: 0, query: "", note: "", words: [], hits: [], rest: [], shown: new Map(), lost: 0, full: true };
  let site = null;

  const { KINDS, yearText, resultOf } = search;
  const valueOf = { year: (hit) => hit.year, locality: (hit) => hit.department.locality[0],
    department: (hit) => hit.department.key, kind: (hit) => hit.kind };
  const labelOf = { year: yearText, locality: (hit) => hit.department.locality[1],
    department: (hit) => hit.department.name, kind: (hit) => KINDS[hit.kind] };

  // ---- filters --------------------------------------------------------------------------------

  const chosen = () => filters.filter((name) => form.elements[name].value);
  const passes = (hit, except) => chosen().every((name) => name === except
    || valueOf[name](hit) === form.elements[name].value);

  // The choices of each filter with the number of pages; a chosen one stays even when it has none.
  function fillFilters() {
    for (const name of filters) {
      const select = form.elements[name], value = select.value, counts = new Map();
      for (const hit of state.hits) {
        const key = passes(hit, name) && valueOf[name](hit);
        if (!key) continue;
        const known = counts.get(key) || { label: labelOf[name](hit), sort: hit.sort, count: 0 };
        known.count += 1;
        counts.set(key, known);
      }
      if (value && !counts.has(value)) {
        counts.set(value, { label: select.selectedOptions[0].dataset.label || value, sort: 0, count: 0 });
      }
      const entries = Array.from(counts).sort(([, a], [, b]) => (name === "year" ? b.sort - a.sort : b.count - a.count));
      const options = entries.slice(0, 300).map(([key, { label, count }]) => {
        const option = new Option(`${label}（${count}）`, key, false, key === value);
        option.dataset.label = label;
        return option;
      });
      select.replaceChildren(select.options[0], ...options);
    }
  }

  // ---- the list -------------------------------------------------------------------------------

  const groupOf = (hit) => (hit.kind === "project" ? `${hit.number}/${search.entry(hit)[0]}` : `${hit.number}#${hit.page}`);

  function announce() {
    const total = state.rest.length + state.counted;
    const unsure = state.rest.length > 0 && state.words.some((word) => Array.from(word.term).length > 2);
    const filtered = total === 0 && state.hits.length > 0;
    if (!state.full) status.textContent = "已列出名称里有的，正在查全文…";
    else if (filtered) status.textContent = `筛选条件下没有；不筛选有 ${state.hits.length} 个页面。`;
    else if (total === 0) status.textContent = `没有找到“${state.query}”。`;
    else status.textContent = `${state.note}找到${unsure ? "约 " : " "}${total} 个页面，已列出 ${list.children.length} 条。`;
    clear.hidden = chosen().length === 0;
    help.hidden = !(state.full && total === 0 && !filtered);
    more.hidden = !state.full || state.rest.length === 0;
  }

  // The next results: titles at once, the rest when their texts have shown that they have all words.
  async function next(run) {
    const fresh = [], first = state.shown.size === 0;
    while (fresh.length < PER_PAGE && state.rest.length > 0) {
      const some = state.rest.splice(0, first && fresh.length === 0 ? FIRST : PER_PAGE);
      await search.titlesOf(some);
      if (run !== state.run) return null;
      const named = some.map((hit) => search.titled(hit, state.words));
      if (sort.value === "") named.sort((a, b) => b.hit.near - a.hit.near || b.exact - a.exact || b.hit.titles - a.hit.titles);
      const window = named.slice(0, PER_PAGE);
      state.rest.unshift(...named.slice(PER_PAGE).map((one) => one.hit));
      const texts = window.map((one) => (one.sure || one.hit.near ? null : search.read(one.hit, state.words)));
      const read = await Promise.all(texts);
      if (run !== state.run) return null;
      window.forEach((one, at) => {
        if (read[at] && !read[at].all) return;
        state.counted += 1;
        const group = groupOf(one.hit);
        if (state.shown.has(group)) return;
        state.shown.set(group, state.made.get(group) || resultOf({ ...one, words: state.words, parts: read[at] && read[at].parts }));
        fresh.push(state.shown.get(group));
      });
    }
    return fresh;
  }

  async function fill(run) {
    fillFilters();
    state.rest = state.hits.filter((hit) => passes(hit));
    if (sort.value === "new") state.rest.sort((a, b) => b.sort - a.sort);
    else if (sort.value) {
      await search.titlesOf(state.rest);
      if (run !== state.run) return;
      const way = sort.value === "large" ? -1 : 1, none = way * Infinity * -1;
      const value = (hit) => search.amountOf(hit) ?? (way < 0 ? -1 : none);
      state.rest = state.rest.map((hit) => [value(hit), hit]).sort((a, b) => way * (a[0] - b[0] || 0)).map(([, hit]) => hit);
    }
    // What already stands in the list is used again: nothing flickers when the texts have been looked through.
    Object.assign(state, { made: state.keep ? state.shown : new Map(), shown: new Map(), counted: 0 });
    const fresh = await next(run);
    if (fresh === null) return;
    const focused = document.activeElement;
    list.replaceChildren(...fresh);
    announce();
    if (list.contains(focused)) focused.focus({ preventScroll: true });
  }

  function remember() {
    const query = new URLSearchParams();
    for (const name of ["q", ...filters, "sort"]) if (form.elements[name].value) query.set(name, form.elements[name].value);
    try { history.replaceState(null, "", `?${query}`); } catch { /* some browsers refuse it for files on a disk */ }
  }

  // ---- a query --------------------------------------------------------------------------------

  function noteOf(query) {
    if (query.words.length + query.limits.length === 0) return "一个字只在标题里查找，两个字起查全文。";
    return query.single.length ? `没有使用单字“${query.single.join("”“")}”。` : "";
  }

  // Hits of a query, those of titles first; null when another was asked meanwhile.
  async function ask(run, query) {
    const words = query.words.length ? query.words : query.single.map((one) => search.wordOf(one, {}));
    Object.assign(state, { words, note: noteOf(query), keep: false });
    if (words.length === 0) return search.withMoney(query.limits);
    await search.prepared(query);
    const early = await search.within(await search.candidates("k", query), query.limits);
    if (run !== state.run) return null;
    if (early.length) {
      Object.assign(state, { hits: early, full: false });
      await fill(run);
      if (run !== state.run) return null;
    }
    const hits = await search.within(await search.candidates("i", query), query.limits);
    state.keep = early.length > 0;
    return hits;
  }

  // A query as it is; else in simplified characters; else without its limits; else what is near to it.
  async function answer(run, typed) {
    let query = search.parse(typed, site.words), hits = await ask(run, query);
    if (hits === null || hits.length) return hits;
    const plain = await search.simplified(typed);
    if (plain !== typed) {
      query = search.parse(plain, site.words);
      hits = await ask(run, query);
      state.note += `按“${plain}”检索。`;
      if (hits === null || hits.length) return hits;
    }
    if (query.limits.length) {
      hits = query.words.length ? await ask(run, { ...query, limits: [] }) : await search.withMoney([]);
      state.note = `没有金额符合“${query.limits.map((one) => one.text).join(" ")}”的，列出金额最大的：`;
      if (hits && hits.length) {
        await search.titlesOf(hits);
        return hits.sort((a, b) => (search.amountOf(b) ?? -1) - (search.amountOf(a) ?? -1));
      }
    }
    if (query.words.length === 0) return [];
    const pairs = query.words.flatMap((word) => [...word.needles.flatMap(search.keysOf), ...(word.sound ? [word.term] : [])]);
    state.words = pairs.map((pair) => search.wordOf(pair, {}));
    state.note = "没有完全一致的，列出最接近的：";
    state.keep = false;
    return search.near(query);
  }

  async function submit() {
    const run = state.run += 1, typed = box.value.trim(), query = search.parse(typed, site.words);
    remember();
    if (query.words.length + query.single.length + query.limits.length === 0) {
      Object.assign(state, { query: "", hits: [] });
      list.replaceChildren();
      more.hidden = help.hidden = true;
      status.textContent = typed ? "请输入文字或数字。" : "";
      return;
    }
    list.setAttribute("aria-busy", "true");
    try {
      state.query = typed;
      const hits = await answer(run, typed);
      if (run !== state.run) return;
      Object.assign(state, { hits, full: true });
      if (query.limits.length && sort.value === "") {
        await search.titlesOf(hits);
        const rank = (hit) => (hit.kind === "project" ? 0 : 1);
        hits.sort((a, b) => rank(a) - rank(b) || search.amountOf(b) - search.amountOf(a));
      }
      await fill(run);
      if (run === state.run) list.setAttribute("aria-busy", "false");
    } catch (error) {
      if (run !== state.run) return;
      list.setAttribute("aria-busy", "false");
      status.textContent = `检索文件读取失败（${error.message}）。请刷新页面再试，或者使用按拼音排列的索引。`;
    }
  }

  async function refill() {
    const run = state.run += 1;
    remember();
    state.keep = false;
    if (!state.query) return;
    list.setAttribute("aria-busy", "true");
    await fill(run);
    if (run === state.run) list.setAttribute("aria-busy", "false");
  }

  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(submit, 180); };
  box.addEventListener("input", (event) => { clearTimeout(timer); if (!event.isComposing) soon(); });
  box.addEventListener("compositionend", soon);
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); submit(); });
  for (const name of [...filters, "sort"]) form.elements[name].addEventListener("change", refill);
  clear.addEventListener("click", () => { for (const name of filters) form.elements[name].value = ""; refill(); box.focus(); });
  more.addEventListener("click", async () => {
    const fresh = await next(state.run);
    if (fresh === null) return;
    list.append(...fresh);
    announce();
    if (fresh.length) fresh[0].querySelector("a").focus();
  });

  // Arrow keys go through the results, "/" and Escape to the box.
  document.addEventListener("keydown", (event) => {
    const links = Array.from(list.querySelectorAll("h2 a")), here = links.indexOf(document.activeElement);
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    let target = null;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "/" && !typing) target = box;
    else if (event.key === "Escape" && here >= 0) target = box;
    else if (event.key === "ArrowDown" && (document.activeElement === box || here >= 0)) target = links[here + 1];
    else if (event.key === "ArrowUp" && here >= 0) target = here === 0 ? box : links[here - 1];
    if (!target) return;
    event.preventDefault();
    target.focus();
  });

  function preset() {
    const query = new URLSearchParams(location.search);
    box.value = query.get("q") || "";
    for (const name of [...filters, "sort"]) {
      const value = query.get(name), select = form.elements[name];
      if (value && name !== "sort" && !Array.from(select.options).some((option) => option.value === value)) {
        select.append(new Option(value, value));
      }
      select.value = value || "";
    }
  }

  async function begin() {
    site = search.site();
    if (site === null) {
      status.textContent = "检索文件读取失败，请刷新页面再试，或者使用按拼音排列的索引。";
      return;
    }
    preset();
    if (!location.hash) box.focus();
    if (box.value) await submit();
    if (await search.renewed()) {
      site = search.site();
      submit();
    }
  }

  begin();
})(window.gongkaiSearch);
