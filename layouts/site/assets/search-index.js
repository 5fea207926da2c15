// The index: script files of titles, of postings and of texts, loaded as they are needed; which pages have a query.
(function (search) {
  "use strict";

  const PAGES_PER_FILE = 8, ALONE = "\uf8ff", { FINE_BUCKETS, bucket, hashedKey, marks } = search;
  const root = document.currentScript.dataset.root || "../";
  const waiting = new Map(), loaded = new Map();
  let site = null, variants = null;

  // ---- script files: work from a web server and from a disk -----------------------------------

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

  const file = (folder, number) => `${folder}/${number.toString(16).padStart(3, "0")}.js`;
  const loadAll = (names, version) => Promise.all(Array.from(new Set(names), (name) => load(name, version)));

  function manifest(received) {
    for (const known of [waiting, loaded]) known.clear();
    site = received;
    site.files = Array.from(new Set(received.departments.map((one) => file("p", one[7]))));
    site.departments = received.departments.map(([locality, slug, name, version, runs, knownAs, top, titles]) => ({
      locality: received.localities[locality], slug, name, version, runs, knownAs, titles,
      top: top === null ? -1 : Number(top), key: `${received.localities[locality][0]}/${slug}`,
    }));
  }

  Object.assign(search, {
    manifest, loads: waiting,
    shard: (folder, number, departments) => loaded.set(file(folder, number), departments),
    titles: (number, departments) => loaded.set(file("p", number), departments),
    texts: (name, pages) => loaded.set(`t/${name}.js`, pages),
    variants: ([from, to]) => {
      const plain = Array.from(to);
      variants = new Map(Array.from(from, (one, at) => [one, plain[at]]));
    },
  });

  // The page asks for the manifest beside its scripts, and a browser may have kept an old one: whether the server, asked
  // again (it answers 304 when nothing changed), has another, which is then in force.
  async function renewed() {
    if (location.protocol === "file:") return false;
    const before = site.version;
    const answer = await fetch(`${root}manifest.js`, { cache: "no-cache" }).then((one) => one.text(), () => "");
    const [, now = before] = /"version":"(\w+)"/.exec(answer) || [];
    if (now !== before) await load("manifest.js", now);
    return now !== before;
  }

  // ---- what is known of a page without its text -----------------------------------------------

  const titlesOf = (hits) => loadAll(hits.map((hit) => file("p", hit.department.titles)), site.version);

  // [file name, title, 元 or null] of a page; its titles are loaded.
  function entry(hit) {
    if (hit.page === 0) return ["", hit.department.name, null];
    return loaded.get(file("p", hit.department.titles))[hit.number][hit.page - 1];
  }

  const amountOf = (hit) => { const amount = entry(hit)[2]; return amount === null ? null : Number(amount); };
  const scoreOf = (hit) => entry(hit)[3] ?? null;
  const addressOf = (hit) => [hit.department.key, hit.year, entry(hit)[0], "index.html"].filter(Boolean).join("/");

  function hitOf(number, page, more = {}) {
    const department = site.departments[number];
    const hit = { department, number, page, kind: "department", year: "", sort: 9999, place: 0, titles: 0, often: 0, near: 0 };
    let first = 1;
    for (const [year, sort, count, articles] of department.runs) {
      if (page >= first && page < first + count) {
        const place = page - first, kind = place === 0 ? "disclosure" : place < count - articles ? "project" : "article";
        Object.assign(hit, { year, sort, place, kind });
      }
      first += count;
    }
    return Object.assign(hit, more);
  }

  const pageCount = (department) => 1 + department.runs.reduce((sum, run) => sum + run[2], 0);

  // The same project in every year it was published, newest first.
  function years(hit) {
    if (hit.kind !== "project") return [hit];
    const slug = entry(hit)[0], found = [];
    for (let page = 1; page < pageCount(hit.department); page += 1) {
      const other = hitOf(hit.number, page);
      if (other.kind === "project" && entry(other)[0] === slug) found.push(other);
    }
    return found;
  }

  // ---- a query → the pages that may have it ---------------------------------------------------

  // Every pair of neighbours; of long terms every second one (the text itself is looked at afterwards).
  function keysOf(term) {
    const units = Array.from(term).slice(0, 60), keys = [];
    const step = units.length > 6 ? 2 : 1;
    for (let at = 0; at < units.length - 1; at += step) keys.push(units[at] + units[at + 1]);
    if (step === 2) keys.push(units[units.length - 2] + units[units.length - 1]);
    return Array.from(new Set(keys));
  }

  function soundKeys(initials) {
    return Array.from({ length: initials.length - 1 }, (_, at) => hashedKey(`@${initials.slice(at, at + 2)}`));
  }

  // The choices of a word: all keys of one of them must be there.
  function choicesOf(word) {
    const sounds = word.sound ? search.initials(word.term).map(soundKeys) : [];
    return [...word.needles.map(keysOf), ...word.amounts.map((one) => [hashedKey(one)]), ...sounds]
      .filter((keys) => keys.length > 0);
  }

  const shardOf = (folder, key) => file(folder, Math.floor(bucket(key) / (FINE_BUCKETS / site.shards[folder])));

  // Postings of one department: page → where it has the key (0 once, 1 often, 2 in the title).
  function postings(folder, key, number) {
    const text = loaded.get(shardOf(folder, key))[number], pages = new Map();
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

  function together(folder, keys, number) {
    let pages = null;
    for (const key of keys) {
      const next = postings(folder, key, number);
      if (pages === null) pages = next;
      else for (const [page, place] of pages) {
        if (!next.has(page)) pages.delete(page);
        else pages.set(page, Math.min(place, next.get(page)));
      }
      if (pages.size === 0) break;
    }
    return pages;
  }

  // Whether a department or its locality is called so.
  function named(department, word) {
    const names = [department.name, department.locality[1], ...department.knownAs];
    return names.some((name) => marks(name, [word], true).seen.size > 0);
  }

  function pagesWith(folder, word, choices, number, several) {
    const pages = new Map(), department = site.departments[number];
    for (const keys of choices) {
      for (const [page, place] of together(folder, keys, number)) pages.set(page, Math.max(place, pages.get(page) || 0));
    }
    const everywhere = several && !word.year && named(department, word);
    for (let page = 0; (everywhere || word.year) && page < pageCount(department); page += 1) {
      if (!pages.has(page) && (everywhere || hitOf(number, page).sort === word.year)) pages.set(page, 2);
    }
    return pages;
  }

  async function prepared({ words }) {
    if (words.some((word) => word.sound)) await load("sounds.js", site.version);
  }

  // folder "k": titles only, a few small files; "i": all texts.
  async function candidates(folder, { words, single }) {
    const asked = words.length ? words : single.map((one) => search.wordOf(one, {}));
    const wanted = words.length ? words.map(choicesOf) : single.map((one) => [[one + ALONE]]);
    const hits = [];
    // Titles of a small site come together with the first postings.
    if (site.files.length <= 2) loadAll(site.files, site.version).catch(() => {});
    await loadAll(wanted.flat(2).map((key) => shardOf(folder, key)), site.version);
    site.departments.forEach((department, number) => {
      const found = [];
      for (const [at, word] of asked.entries()) {
        found.push(pagesWith(folder, word, wanted[at], number, asked.length > 1));
        if (found[at].size === 0) return;
      }
      for (const page of found[0].keys()) {
        if (!found.every((pages) => pages.has(page))) continue;
        const places = found.map((pages) => pages.get(page)), titles = places.filter((place) => place === 2).length;
        const often = titles === places.length ? 0 : places.filter((place) => place === 1).length;
        hits.push(hitOf(number, page, { titles, often }));
      }
    });
    return hits.sort(ranked);
  }

  // Pages that have most of the pairs of a query that no page has as it is.
  async function near({ words }) {
    const keys = Array.from(new Set(words.flatMap((word) => choicesOf(word).flat())));
    await loadAll(keys.map((key) => shardOf("i", key)), site.version);
    const hits = [];
    site.departments.forEach((_, number) => {
      const counts = new Map();
      for (const key of keys) {
        for (const [page, place] of postings("i", key, number)) {
          const [count, titles] = counts.get(page) || [0, 0];
          counts.set(page, [count + 1, titles + (place === 2 ? 1 : 0)]);
        }
      }
      for (const [page, [count, titles]] of counts) hits.push(hitOf(number, page, { near: count, titles }));
    });
    const most = hits.reduce((so, hit) => Math.max(so, hit.near), 0);
    return hits.filter((hit) => hit.near >= most * 0.6).sort(ranked);
  }

  const ranked = (a, b) => b.near - a.near || b.titles - a.titles || b.often - a.often || b.sort - a.sort
    || a.number - b.number || a.page - b.page;

  // All projects, then whole disclosures, whose money is within the limits.
  async function withMoney(limits) {
    const least = Math.max(0, ...limits.map((limit) => limit.min)), hits = [];
    site.departments.forEach((department, number) => {
      for (let page = 1; department.top >= least && page < pageCount(department); page += 1) hits.push(hitOf(number, page));
    });
    return within(hits, limits);
  }

  async function within(hits, limits) {
    if (limits.length === 0) return hits;
    await titlesOf(hits);
    return hits.filter((hit) => limits.every((limit) => search.fits(amountOf(hit), limit)));
  }

  // A query in traditional characters as records write it; the same where it has none.
  async function simplified(query) {
    await load("variants.js", site.version);
    return Array.from(query, (one) => variants.get(one) || one).join("");
  }

  // The title of a hit with its marks; ``sure`` when its title, year and department have all words.
  function titled(hit, words) {
    const head = marks(entry(hit)[1], words, true);
    const has = (word, number) => head.seen.has(number) || (word.year !== 0 && word.year === hit.sort)
      || (words.length > 1 && named(hit.department, word));
    const exact = words.length === 1 && words[0].needles.includes(search.normalise(entry(hit)[1])) ? 1 : 0;
    return { hit, head, exact, sure: words.every(has) };
  }

  // The marked texts of a page, and whether all words stand on it after all.
  async function read(hit, words) {
    let texts = [];
    if (hit.kind === "department") {
      texts = [...hit.department.knownAs.map((name) => ["又名或代码", name]), ["地区", hit.department.locality[1]]].flat();
    } else {
      const name = `t/${hit.department.key}/${hit.year}-${Math.floor(hit.place / PAGES_PER_FILE)}.js`;
      const pages = await load(name, hit.department.version), page = pages && pages[hit.place % PAGES_PER_FILE];
      texts = page ? page[2] : [];
    }
    const seen = new Set(marks(entry(hit)[1], words, true).seen), parts = [];
    for (let at = 0; at < texts.length; at += 2) {
      const part = marks(texts[at + 1], words);
      if (part.ranges.length === 0) continue;
      part.seen.forEach((number) => seen.add(number));
      parts.push({ label: texts[at], ...part });
    }
    const all = words.every((word, number) => seen.has(number) || (word.year !== 0 && word.year === hit.sort)
      || named(hit.department, word));
    const first = texts.length ? [{ label: texts[0], ...marks(texts[1], []) }] : [];
    return { all, parts: parts.length ? parts : first };
  }

  Object.assign(search, {
    site: () => site, renewed, prepared, candidates, near, withMoney, within, simplified, titlesOf, entry, amountOf, scoreOf, addressOf, years,
    titled, read, keysOf,
  });
})(window.gongkaiSearch);
