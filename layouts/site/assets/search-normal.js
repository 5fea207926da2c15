// One writing for what readers take as the same, and what a query means: its words, amounts, years and sounds.
// normalise, bucket, hashedKey and the amounts follow gongkai/search/normal.py rule by rule.
window.gongkaiSearch = {};
(function (search) {
  "use strict";

  const FINE_BUCKETS = 2048;

  const dropped = new Set("“”‘’\"'\u0060\\「」『』《》〈〉");
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

  // ---- what is typed in Latin letters: 拼音, whole, begun or initials only --------------------

  const readings = new Map();
  let starts = new Set();

  // Syllable → characters, as search/sounds.js has it.
  function sounds(syllables) {
    for (const [syllable, all] of Object.entries(syllables)) {
      for (const one of all) readings.set(one, [...(readings.get(one) || []), syllable]);
      for (let end = 1; end <= syllable.length; end += 1) starts.add(syllable.slice(0, end));
    }
  }

  // The initials a query may stand for: "minbsyf" → ["mbsyf"]; at most six ways, those with long syllables first.
  function initials(query) {
    const found = new Set(), dead = new Set();
    const go = (at, so) => {
      if (at === query.length) { found.add(so); return true; }
      if (found.size >= 6 || dead.has(at)) return false;
      let any = false;
      for (let end = Math.min(query.length, at + 6); end > at; end -= 1) {
        if (starts.has(query.slice(at, end)) && go(end, so + query[at])) any = true;
      }
      if (!any) dead.add(at);
      return any;
    };
    go(0, "");
    return Array.from(found).slice(0, 6);
  }

  // Where a normalised title, read aloud from one of its characters on, begins like the query: its end, or -1.
  function soundEnd(title, at, query) {
    if (query === "") return at;
    if (at >= title.length) return -1;
    const known = readings.get(title[at]) || (/[a-z0-9]/.test(title[at]) ? [title[at]] : []);
    for (const one of known) {
      for (let length = Math.min(one.length, query.length); length > 0; length -= 1) {
        if (!query.startsWith(one.slice(0, length))) continue;
        const end = soundEnd(title, at + 1, query.slice(length));
        if (end >= 0) return end;
      }
    }
    return -1;
  }

  function soundRanges(title, query) {
    const ranges = [];
    for (let at = 0; at < title.length; at += 1) {
      const end = readings.has(title[at]) ? soundEnd(title, at, query) : -1;
      if (end > at) { ranges.push([at, end]); at = end - 1; }
    }
    return ranges;
  }

  // ---- a query → words and limits -------------------------------------------------------------

  const FACTORS = { "元": 1, "百万": 1e6, "千万": 1e7, "万": 1e4, "亿": 1e8 };
  const OVER = /^(?:>=?|≥|大于|超过|高于|多于|不少于|不低于)$/, EQUAL = /^(?:>=|<=|≥|≤|=|不.*)$/;
  const UNDER = /^(?:<=?|≤|小于|少于|低于|不足|不超过|不高于)$/;
  const NUMBER = "([0-9]+(?:\\.[0-9]+)?)(百万|千万|元|万|亿)?元?";
  const RANGE = new RegExp(`^${NUMBER}(?:-|~|—|–|至|到)${NUMBER}$`, "u");
  const LIMIT = new RegExp(`^([<>]=?|[≥≤=]|[^0-9a-z<>≥≤=]{2,3})?${NUMBER}(以上|以下|以内)?$`, "u");

  // "大于10万元" → { min, max, text }: amounts in 元; null for what is no limit.
  function limitOf(piece) {
    const range = RANGE.exec(piece);
    if (range && (range[2] || range[4])) {
      const last = FACTORS[range[4] || range[2]], first = range[2] ? FACTORS[range[2]] : last;
      return { min: range[1] * first, max: range[3] * last, open: false, text: piece };
    }
    const found = LIMIT.exec(piece);
    if (!found) return null;
    const [, sign = "", number, unit, after] = found, yuan = number * (FACTORS[unit] || 1);
    if (!unit && yuan < 1000) return null;
    const over = OVER.test(sign) || after === "以上", under = UNDER.test(sign) || (!sign && Boolean(after) && !over);
    if (sign === "=" && unit) return { min: yuan, max: yuan, open: false, text: piece };
    if (over === under) return null;
    return { min: over ? yuan : 0, max: over ? Infinity : yuan, open: Boolean(sign) && !EQUAL.test(sign), text: piece };
  }

  const fits = (yuan, { min, max, open }) => yuan !== null
    && (open ? yuan > min && yuan < max : yuan >= min && yuan <= max);

  // One digit is looked for as an amount only: as a character it stands nearly everywhere.
  const isDigit = (term) => /^[1-9]$/.test(term);

  // A word of a query: the ways records may write it, the amounts it may mean, its year, whether it may be 拼音.
  function wordOf(term, synonyms) {
    const needles = new Set(isDigit(term) ? [] : [term]);
    for (const [typed, meant] of Object.entries(synonyms)) {
      if (term.includes(typed)) needles.add(term.replace(typed, normalise(meant)));
    }
    const year = /^(20[0-9]{2})年?$/.exec(term);
    return { term, needles: Array.from(needles), amounts: amountWords(term), year: year ? Number(year[1]) : 0,
      sound: /^[a-z]{2,40}$/.test(term) };
  }

  function parse(query, synonyms = {}) {
    const text = query.normalize("NFKC").toLowerCase().replace(/([0-9]),(?=[0-9]{3}(?![0-9]))/g, "$1")
      .replace(/([<>≥≤=])\s+(?=[0-9])/g, "$1").replace(/([0-9])\s+(?=[万亿元])/g, "$1")
      .replace(/(20[0-9]{2})年度?/g, " $1年 ");
    const words = [], single = [], limits = [];
    for (const piece of text.split(/[\s,、;。!?|]+/u)) {
      const limit = limitOf(piece), term = normalise(piece), length = Array.from(term).length;
      if (limit) limits.push(limit);
      else if (length > 1 || isDigit(term)) words.push(wordOf(term, synonyms));
      else if (length === 1) single.push(term);
    }
    return { words: words.slice(0, 8), single, limits };
  }

  // ---- where a text has a word ----------------------------------------------------------------

  function rangesOf(text, word, titled) {
    const ranges = [];
    for (const needle of word.needles) {
      for (let at = text.normal.indexOf(needle); at >= 0; at = text.normal.indexOf(needle, at + needle.length)) {
        ranges.push([at, at + needle.length]);
      }
    }
    for (const [start, end, known] of word.amounts.length ? amountsIn(text.normal) : []) {
      if (known.some((one) => word.amounts.includes(one))) ranges.push([start, end]);
    }
    if (word.sound && titled) ranges.push(...soundRanges(text.normal, word.term));
    return ranges.map(([start, end]) => [text.starts[start], text.ends[end - 1]]);
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

  // The text as it is shown, what of it is to be marked, and the numbers of the words it has.
  function marks(written, words, titled = false) {
    const text = normaliseWithPlaces(written), ranges = [], seen = new Set();
    words.forEach((word, number) => {
      const found = rangesOf(text, word, titled);
      if (found.length) seen.add(number);
      ranges.push(...found);
    });
    return { text: text.original, ranges: joined(ranges), seen };
  }

  Object.assign(search, {
    FINE_BUCKETS, normalise, bucket, hashedKey, amountWords, amountsIn, sounds, initials, parse, fits, wordOf, marks,
  });
})(window.gongkaiSearch);
