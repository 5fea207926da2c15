// One result of the search: its title and places of the words in it, the years of a project, what stands around the words.
(function (search) {
  "use strict";

  const KINDS = { project: "项目", article: "说明", disclosure: "年度公开", department: "部门" };
  const home = document.currentScript.dataset.home || "../";
  const yearText = (hit) => (hit.year === "" ? "" : hit.sort ? `${hit.sort}年` : "年度未注明");
  const money = (yuan) => yuan.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

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
    let first = Math.max(0, (part.ranges.length ? part.ranges[0][0] : 0) - 28), end = Math.min(part.text.length, first + 96);
    if (/[\udc00-\udfff]/.test(part.text.charAt(first))) first -= 1;
    if (/[\udc00-\udfff]/.test(part.text.charAt(end))) end += 1;
    const label = part.label ? [element("span", "label", part.label), " "] : [];
    return element("p", "snippet", ...label, first > 0 ? "…" : "", ...marked(part.text, part.ranges, first, end),
      end < part.text.length ? "…" : "");
  }

  function snippets(parts) {
    return parts.filter((part) => part.label !== "部门" && part.label !== "地区")
      .sort((a, b) => b.seen.size - a.seen.size).slice(0, 3).map(snippet);
  }

  function link(hit, ...children) {
    const made = element("a", "", ...children);
    made.href = `${home}${search.addressOf(hit)}`;
    return made;
  }

  // "2026年 83,370.00 元，自评 95 分": every year of a project leads to its page.
  function yearOf(hit, only) {
    const amount = search.amountOf(hit), text = amount === null ? "未注明" : `${money(amount)}\u00a0元`;
    const score = search.scoreOf(hit), reached = score === null ? "" : `，自评\u00a0${score}\u00a0分`;
    return element("li", "", only ? yearText(hit) : link(hit, yearText(hit)), ` ${text}${reached}`);
  }

  function resultOf({ hit, head, parts, words }) {
    const facts = [hit.department.locality[1], hit.kind === "department" ? "" : hit.department.name, yearText(hit), KINDS[hit.kind]];
    const years = hit.kind === "project" ? search.years(hit) : [];
    const amounts = years.length ? [element("ul", "years", ...years.map((one) => yearOf(one, years.length === 1)))] : [];
    const found = element("div", "snippets", ...snippets(parts || []));
    const made = element("li", "", element("h2", "", link(hit, ...marked(head.text, head.ranges))),
      element("p", "where", facts.filter(Boolean).join(" · ")), ...amounts, found);
    if (!parts) {
      search.read(hit, words).then((read) => found.replaceChildren(...snippets(read.parts)), () => {});
    }
    return made;
  }

  Object.assign(search, { KINDS, yearText, resultOf });
})(window.gongkaiSearch);
