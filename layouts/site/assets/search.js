// Full-text search over script files: works from a web server and from a disk, asks nobody.
// normalise, bucket, hashedKey and the amounts follow gongkai/search/normal.py rule by rule.
(function () {
  "use strict";

  const FINE_BUCKETS = 2048, PAGES_PER_FILE = 8, PER_PAGE = 20, VERIFY_ALL = 60, ALONE = "\uf8ff";
  const KINDS = { project: "项目", article: "说明", disclosure: "年度公开", department: "部门" };
  const root = document.currentScript.dataset.root || "../";
  const waiting = new Map(), loaded = new Map();
  let site = null;

  // ---- one writing for what readers take as the same ------------------------------------------

  const dropped = new Set("“”‘’\"'`\\「」『』《》〈〉");
  const droppedCategories = /^[\p{Zs}\p{Zl}\p{Zp}\p{Cc}\p{Cf}\p{Co}\p{Cs}]$/u;
  const characters = new Map();

  function character(written) {
    let known = characters.get(written);
    if (known === undefined) {
      known = "";
      for (const one of written.normalize("NFKC").toLowerCase()) {
        if (one === "\n" || one === "\t") known += "\n";
        else if (!dropped.has(one) && !droppedCategories.test(one)) known += one;
      }
      characters.set(written, known);
    }
    return known;
  }

  // The normalised text, and for each of its units where it stands in the NFC text.
  function normaliseWithPlaces(text) {
    const original = text.normalize("NFC");
    let normal = "", at = 0;
    const from = [], to = [];
    for (const one of original) {
      const known = character(one);
      normal += known;
      for (let unit = 0; unit < known.length; unit += 1) { from.push(at); to.push(at + one.length); }
      at += one.length;
    }
    let result = "", last = 0;
    const starts = [], ends = [];
    const take = (first, end) => {
      result += normal.slice(first, end);
      for (let unit = first; unit < end; unit += 1) { starts.push(from[unit]); ends.push(to[unit]); }
    };
    for (const found of normal.matchAll(/[0-9],(?=[0-9]{3}(?![0-9]))/g)) {
      take(last, found.index + 1);
      last = found.index + 2;
    }
    take(last, normal.length);
    return { original, normal: result, starts, ends };
  }

  const normalise = (text) => normaliseWithPlaces(text).normal;

  function bucket(key) {
    const [a, b] = Array.from(key, (one) => one.codePointAt(0));
    let code = (Math.imul(a, 0x9E3779B1) + Math.imul(b, 0x85EBCA77)) >>> 0;
    code = Math.imul(code ^ (code >>> 15), 0x2C1B3C6D) >>> 0;
    return code >>> 21;
  }

  function hashedKey(text) {
    let code = 0x811C9DC5;
    for (const one of text) code = Math.imul(code ^ one.codePointAt(0), 0x01000193) >>> 0;
    return String.fromCharCode(0xE000 + code % 6399, 0xE000 + Math.floor(code / 6399) % 6399);
  }

  // Digits without zeros that say nothing, the point moved to the right.
  function shifted(number, places) {
    const [whole, part = ""] = number.split(".");
    const digits = part.padEnd(places, "0");
    const text = `${whole}${digits.slice(0, places)}.${digits.slice(places)}`;
    return text.replace(/\.?0+$|\.$/, "").replace(/^0+(?=[0-9])/, "");
  }

  const powers = { "元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8 };

  // 万元 with two decimals, half up, as forms print it; empty when nothing was rounded.
  function rounded(yuan) {
    const [whole, part = ""] = yuan.split(".");
    const exact = BigInt(whole + part.padEnd(8, "0").slice(0, 8));
    const cents = (exact + 5000000000n) / 10000000000n;
    if (cents === 0n || cents * 10000000000n === exact) return "";
    const text = cents.toString().padStart(3, "0");
    return shifted(`${text.slice(0, -2)}.${text.slice(-2)}`, 0);
  }

  // The words by which the index knows the amounts that a query may mean.
  function amountWords(term) {
    const found = /^([0-9]{1,18}(?:\.[0-9]{1,8})?)(元|万元?|亿元?)?$/.exec(term);
    if (!found || !/[1-9]/.test(found[1])) return [];
    const [, number, unit] = found, words = [];
    for (const places of unit ? [powers[unit]] : [0, 4]) words.push("=" + shifted(number, places));
    if (!unit || powers[unit] === 4) words.push("~" + shifted(number, 0));
    return words;
  }

  // Where amounts stand in a normalised text: [start, end, words].
  function amountsIn(normal) {
    return Array.from(normal.matchAll(/([0-9]{1,18}(?:\.[0-9]{1,8})?)(亿元|万元|元)/g), (found) => {
      const yuan = shifted(found[1], powers[found[2]]), short = rounded(yuan);
      return [found.index, found.index + found[0].length, short ? ["=" + yuan, "~" + short] : ["=" + yuan]];
    });
  }

  // ---- script files ---------------------------------------------------------------------------

  function load(name, version) {
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${root}${name}${version ? `?v=${version}` : ""}`;
        script.onload = () => { script.remove(); resolve(loaded.get(name)); };
        script.onerror = () => { script.remove(); waiting.delete(name); reject(new Error(name)); };
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  }

  const shardName = (number) => `i/${number.toString(16).padStart(3, "0")}.js`;
  const textName = (hit) => `t/${hit.key}/${hit.year}-${Math.floor(hit.place / PAGES_PER_FILE)}.js`;

  function received(manifest) {
    site = manifest;
    site.departments = manifest.departments.map(([locality, slug, name, version, runs, knownAs]) => ({
      locality: manifest.localities[locality], slug, name, version, runs, knownAs,
      key: `${manifest.localities[locality][0]}/${slug}`,
    }));
  }

  window.gongkaiSearch = {
    manifest: received,
    shard: (number, departments) => loaded.set(shardName(number), departments),
    texts: (name, pages) => loaded.set(`t/${name}.js`, pages),
    normalise, bucket, hashedKey, amountWords, amountsIn, loads: waiting,
  };

  // ---- a query → the pages that may have it ---------------------------------------------------

  // One digit is looked for as an amount only: as a character it stands nearly everywhere.
  const isDigit = (term) => /^[1-9]$/.test(term);

  function parse(query) {
    const terms = [], single = [];
    for (const word of query.split(/\s+/u)) {
      const term = normalise(word), length = Array.from(term).length;
      if (length > 1 || isDigit(term)) terms.push(term);
      else if (length === 1) single.push(term);
    }
    return { terms: terms.slice(0, 8), single };
  }

  // Every pair of neighbours; of long terms every second one (the text itself is looked at afterwards).
  function keysOf(term) {
    const units = Array.from(term).slice(0, 60), keys = [];
    const step = units.length > 6 ? 2 : 1;
    for (let at = 0; at < units.length - 1; at += step) keys.push(units[at] + units[at + 1]);
    if (step === 2) keys.push(units[units.length - 2] + units[units.length - 1]);
    return Array.from(new Set(keys));
  }

  const shardOf = (key) => Math.floor(bucket(key) / (FINE_BUCKETS / site.shards));

  // Postings of one department: page → where it has the key (0 once, 1 often, 2 in the title).
  function postings(key, department) {
    const text = loaded.get(shardName(shardOf(key)))[department], pages = new Map();
    let at = text === undefined ? -1 : text.indexOf(key);
    if (at < 0) return pages;
    at += key.length;
    for (let page = -1, high = 0; ; at += 1) {
      const code = text.charCodeAt(at) - 65;
      if (!(code >= 0 && code < 26)) return pages;
      if (code >= 20) { high = high * 6 + code - 19; continue; }
      const value = high * 20 + code;
      page += Math.floor(value / 3) + 1;
      pages.set(page, value % 3);
      high = 0;
    }
  }

  function together(keys, department) {
    let pages = null;
    for (const key of keys) {
      const next = postings(key, department);
      if (pages === null) pages = next;
      else for (const [page, place] of pages) {
        if (!next.has(page)) pages.delete(page);
        else pages.set(page, Math.min(place, next.get(page)));
      }
      if (pages.size === 0) break;
    }
    return pages;
  }

  function pagesWith(choices, department) {
    const pages = new Map();
    for (const keys of choices) {
      for (const [page, place] of together(keys, department)) pages.set(page, Math.max(place, pages.get(page) || 0));
    }
    return pages;
  }

  function hitOf(department, number, page, places) {
    const hit = { department, number, page, key: department.key, kind: "department", year: "", sort: 9999, place: 0,
      titles: places.filter((place) => place === 2).length, often: places.filter((place) => place === 1).length };
    let first = 1;
    for (const [year, sort, count, articles] of department.runs) {
      if (page >= first && page < first + count) {
        const place = page - first, kind = place === 0 ? "disclosure" : place < count - articles ? "project" : "article";
        Object.assign(hit, { year, sort, place, kind });
      }
      first += count;
    }
    return hit;
  }

  async function candidates({ terms, single }) {
    const alone = terms.length === 0;
    const wanted = alone ? single.map((one) => [[one + ALONE]])
      : terms.map((term) => [keysOf(term), ...amountWords(term).map((word) => [hashedKey(word)])]
        .filter((keys) => keys.length > 0));
    const shards = new Set(wanted.flat(2).map(shardOf));
    await Promise.all(Array.from(shards, (shard) => load(shardName(shard), site.version)));
    const hits = [];
    site.departments.forEach((department, number) => {
      const found = [];
      for (const choices of wanted) {
        found.push(pagesWith(choices, number));
        if (found[found.length - 1].size === 0) return;
      }
      for (const page of found[0].keys()) {
        if (found.every((pages) => pages.has(page))) {
          hits.push(hitOf(department, number, page, found.map((pages) => pages.get(page))));
        }
      }
    });
    return hits.sort((a, b) => b.titles - a.titles || b.often - a.often || b.sort - a.sort
      || a.number - b.number || a.page - b.page);
  }

  // ---- pages → their texts, what is found in them, and how good that is -----------------------

  function marks(text, terms) {
    const ranges = [], seen = new Set(), amounts = amountsIn(text.normal);
    terms.forEach((term, number) => {
      for (let at = isDigit(term) ? -1 : text.normal.indexOf(term); at >= 0; at = text.normal.indexOf(term, at + term.length)) {
        ranges.push([text.starts[at], text.ends[at + term.length - 1]]);
        seen.add(number);
      }
      const words = amountWords(term);
      for (const [start, end, known] of words.length ? amounts : []) {
        if (known.some((word) => words.includes(word))) {
          ranges.push([text.starts[start], text.ends[end - 1]]);
          seen.add(number);
        }
      }
    });
    return { text: text.original, ranges: joined(ranges), seen };
  }

  function joined(ranges) {
    const result = [];
    for (const range of ranges.sort((a, b) => a[0] - b[0])) {
      const last = result[result.length - 1];
      if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
      else result.push(range.slice());
    }
    return result;
  }

  // The hit with its title, address and marked texts; null when the pages' texts do not have all terms after all.
  async function verified(hit, words) {
    let slug = "", title = hit.department.name, texts = [];
    if (hit.kind === "department") {
      texts = [...hit.department.knownAs.map((name) => ["又名或代码", name]), ["地区", hit.department.locality[1]]].flat();
    } else {
      const pages = await load(textName(hit), hit.department.version);
      const page = pages && pages[hit.place % PAGES_PER_FILE];
      if (!page) return null;
      [slug, title, texts] = page;
    }
    const head = marks(normaliseWithPlaces(title), words), seen = new Set(head.seen);
    const parts = [];
    let count = head.ranges.length;
    for (let at = 0; at < texts.length; at += 2) {
      const part = marks(normaliseWithPlaces(texts[at + 1]), words);
      if (part.ranges.length === 0) continue;
      part.seen.forEach((number) => seen.add(number));
      count += part.ranges.length;
      parts.push({ label: texts[at], ...part });
    }
    if (seen.size < words.length) return null;
    const exact = words.length === 1 && normalise(title) === words[0] ? 1 : 0;
    const address = [hit.department.key, hit.year, slug, "index.html"].filter(Boolean).join("/");
    return { ...hit, address, head, parts, count, exact, titles: head.seen.size };
  }

  const better = (a, b) => b.exact - a.exact || b.titles - a.titles || b.count - a.count || b.sort - a.sort
    || a.number - b.number || a.page - b.page;

  // ---- the page -------------------------------------------------------------------------------

  const form = document.getElementById("search-form");
  if (!form) return;
  const box = form.elements.q, filters = ["year", "locality", "department", "kind"];
  const status = document.getElementById("search-status"), list = document.getElementById("search-results");
  const more = document.getElementById("search-more");
  const state = { run: 0, query: "", hits: [], rest: [], ready: [], words: [], shown: 0, lost: 0 };

  const valueOf = { year: (hit) => hit.year, locality: (hit) => hit.department.locality[0],
    department: (hit) => hit.key, kind: (hit) => hit.kind };
  const yearText = (hit) => (hit.year === "" ? "" : hit.sort ? `${hit.sort}年` : "年度未注明");
  const labelOf = { year: yearText, locality: (hit) => hit.department.locality[1],
    department: (hit) => hit.department.name, kind: (hit) => KINDS[hit.kind] };

  function passes(hit, except) {
    return filters.every((name) => name === except || !form.elements[name].value
      || valueOf[name](hit) === form.elements[name].value);
  }

  // The choices of each filter with the number of pages; a chosen one stays even when it has none.
  function fillFilters() {
    for (const name of filters) {
      const select = form.elements[name], chosen = select.value, counts = new Map();
      for (const hit of state.hits) {
        if (!passes(hit, name) || !valueOf[name](hit)) continue;
        const known = counts.get(valueOf[name](hit)) || { label: labelOf[name](hit), sort: hit.sort, count: 0 };
        known.count += 1;
        counts.set(valueOf[name](hit), known);
      }
      if (chosen && !counts.has(chosen)) {
        counts.set(chosen, { label: select.selectedOptions[0].dataset.label || chosen, sort: 0, count: 0 });
      }
      const entries = Array.from(counts).sort(([, a], [, b]) => (name === "year" ? b.sort - a.sort : b.count - a.count));
      const options = entries.slice(0, 300).map(([value, { label, count }]) => {
        const option = new Option(`${label}（${count}）`, value, false, value === chosen);
        option.dataset.label = label;
        return option;
      });
      select.replaceChildren(select.options[0], ...options);
    }
  }

  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function marked(text, ranges, first = 0, end = text.length) {
    const nodes = [];
    let at = first;
    for (const [from, to] of ranges) {
      if (to <= first || from >= end) continue;
      nodes.push(text.slice(at, Math.max(from, at)), element("mark", "", text.slice(Math.max(from, first), Math.min(to, end))));
      at = Math.min(to, end);
    }
    nodes.push(text.slice(at, end));
    return nodes.map((node) => (typeof node === "string" ? node.replace(/\t/g, " · ") : node));
  }

  function snippet(part) {
    let first = Math.max(0, part.ranges[0][0] - 28), end = Math.min(part.text.length, first + 96);
    if (/[\udc00-\udfff]/.test(part.text.charAt(first))) first -= 1;
    if (/[\udc00-\udfff]/.test(part.text.charAt(end))) end += 1;
    const label = part.label ? [element("span", "label", part.label), " "] : [];
    return element("p", "snippet", ...label, first > 0 ? "…" : "", ...marked(part.text, part.ranges, first, end),
      end < part.text.length ? "…" : "");
  }

  function resultOf(hit) {
    const link = element("a", "", ...marked(hit.head.text, hit.head.ranges));
    link.href = `${root}../${hit.address}`;
    const facts = [hit.department.locality[1], hit.kind === "department" ? "" : hit.department.name, yearText(hit), KINDS[hit.kind]];
    const parts = hit.parts.filter((part) => part.label !== "部门" && part.label !== "地区")
      .sort((a, b) => b.seen.size - a.seen.size).slice(0, 3);
    return element("li", "", element("h2", "", link), element("p", "where", facts.filter(Boolean).join(" · ")), ...parts.map(snippet));
  }

  function announce() {
    const total = state.total - state.lost, unsure = state.rest.length > 0 && state.words.some((word) => Array.from(word).length > 2);
    if (total === 0) status.textContent = `没有找到“${state.query}”。可以换个说法、少写几个字，或者清除筛选条件。`;
    else status.textContent = `${state.note}找到${unsure ? "约 " : " "}${total} 个页面，已列出 ${state.shown} 个。`;
    more.hidden = state.rest.length + state.ready.length === 0;
  }

  async function show(run) {
    while (state.ready.length < PER_PAGE && state.rest.length > 0) {
      const window = state.rest.splice(0, state.rest.length <= VERIFY_ALL ? VERIFY_ALL : PER_PAGE);
      const good = (await Promise.all(window.map((hit) => verified(hit, state.words)))).filter(Boolean);
      if (run !== state.run) return null;
      state.lost += window.length - good.length;
      state.ready.push(...good.sort(better));
    }
    const next = state.ready.splice(0, PER_PAGE).map(resultOf);
    list.append(...next);
    state.shown += next.length;
    announce();
    return next[0];
  }

  function remember() {
    const query = new URLSearchParams();
    for (const name of ["q", ...filters]) if (form.elements[name].value) query.set(name, form.elements[name].value);
    try { history.replaceState(null, "", `?${query}`); } catch { /* some browsers refuse it for files on a disk */ }
  }

  async function filter(run) {
    fillFilters();
    state.rest = state.hits.filter((hit) => passes(hit));
    Object.assign(state, { ready: [], shown: 0, lost: 0, total: state.rest.length });
    list.replaceChildren();
    await show(run);
    list.setAttribute("aria-busy", "false");
  }

  async function search() {
    const run = state.run += 1, query = box.value.trim(), words = parse(query);
    remember();
    if (words.terms.length + words.single.length === 0) {
      Object.assign(state, { query: "", hits: [] });
      list.replaceChildren();
      more.hidden = true;
      status.textContent = query ? "请输入文字或数字。" : "";
      return;
    }
    list.setAttribute("aria-busy", "true");
    try {
      const hits = await candidates(words);
      if (run !== state.run) return;
      state.words = words.terms.length ? words.terms : words.single;
      state.note = words.terms.length === 0 ? "一个字只在标题里查找，两个字起查全文。"
        : words.single.length ? `没有使用单字“${words.single.join("”“")}”。` : "";
      Object.assign(state, { query, hits });
      await filter(run);
    } catch (error) {
      if (run !== state.run) return;
      list.setAttribute("aria-busy", "false");
      status.textContent = `检索文件读取失败（${error.message}）。请刷新页面再试，或者使用按拼音排列的索引。`;
    }
  }

  async function refilter() {
    const run = state.run += 1;
    remember();
    if (state.query) await filter(run);
  }

  let timer = 0;
  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(search, 180);
  });
  box.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(search, 180); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); search(); });
  for (const name of filters) form.elements[name].addEventListener("change", refilter);
  more.addEventListener("click", async () => {
    const first = await show(state.run);
    if (first) first.querySelector("a").focus();
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
    for (const name of filters) {
      const value = query.get(name), select = form.elements[name];
      if (value && !Array.from(select.options).some((option) => option.value === value)) select.append(new Option(value, value));
      select.value = value || "";
    }
  }

  // The manifest has a lasting name: a server's old copy is passed by after ten minutes.
  const now = location.protocol === "file:" ? "" : String(Math.floor(Date.now() / 600000));
  load("manifest.js", now).then(() => {
    preset();
    if (box.value) search();
    if (!location.hash) box.focus();
  }, () => { status.textContent = "检索文件读取失败，请刷新页面再试，或者使用按拼音排列的索引。"; });
})();
