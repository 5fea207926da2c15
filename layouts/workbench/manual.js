// Finds sections of the handbook that hold every word typed: titles first, each with the words around the first place.
"use strict";

const AROUND = 40;
const sections = JSON.parse(document.getElementById("sections").textContent);
const asked = new URLSearchParams(location.search).get("q") ?? "";
const words = asked.toLowerCase().split(/[\s，、；,;]+/).filter(Boolean);
document.getElementById("q").value = asked;

function holds(section) {
  const text = (section.title + section.text).toLowerCase();
  return words.every((word) => text.includes(word));
}

function titled(section) {
  return words.filter((word) => section.title.toLowerCase().includes(word)).length;
}

function snippet(text) {
  const at = Math.max(0, Math.min(...words.map((word) => text.toLowerCase().indexOf(word)).filter((place) => place >= 0), text.length));
  const start = Math.max(0, at - AROUND);
  return (start ? "…" : "") + text.slice(start, at + 2 * AROUND) + "…";
}

function item(section) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = section.address;
  link.textContent = section.page + " › " + section.title;
  const words = document.createElement("p");
  words.textContent = snippet(section.text);
  line.append(link, words);
  return line;
}

if (words.length) {
  const found = sections.filter(holds).sort((one, other) => titled(other) - titled(one));
  document.getElementById("count").textContent = found.length
    ? `有“${asked}”的 ${found.length} 节`
    : `手册里没有“${asked}”。请少写几个字，或换一个说法。`;
  document.getElementById("found").append(...found.map(item));
}
