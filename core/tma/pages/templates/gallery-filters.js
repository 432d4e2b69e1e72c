"use strict";
// Filters: a list of values for every field, filled when it is opened.

const MOST_VALUES = 60, SEARCHED_FROM = 13;

class Facet {
  constructor(field, wish, changed) {
    Object.assign(this, {field, wish, changed});
    this.node = copy("facet");
    this.head = this.node.querySelector("summary");
    this.list = this.node.querySelector("ul");
    this.rest = this.node.querySelector("p");
    this.search = this.node.querySelector("input");
    this.search.hidden = field.values.length < SEARCHED_FROM;
    this.search.setAttribute("aria-label", `Find a value of ${field.label}`);
    this.search.placeholder = `find among ${many(field.values.length)}`;
    this.search.addEventListener("input", () => this.fill());
    this.node.addEventListener("toggle", () => this.node.open && this.changed());
    this.name();
  }

  get open() { return this.node.open; }
  get values() { return this.wish.chosen.get(this.field.place); }

  name() {
    const names = [...this.values].map(value => this.field.names[value]);
    this.head.textContent = this.field.label;
    if (!names.length) return;
    const chosen = document.createElement("b");
    chosen.textContent = ` ${names.length > 2 ? `${names.length} values` : names.join(" or ")}`;
    this.head.append(chosen);
  }

  show(counts) {
    this.name();
    if (!this.open) return;
    this.counts = counts;
    this.fill();
  }

  // What is chosen stays in sight whatever is searched for.
  fill() {
    const {names} = this.field, word = this.search.value.trim().toLowerCase();
    this.sorted ??= this.field.sorted;
    const wanted = this.sorted.filter(v => this.values.has(v) || (names[v].toLowerCase().includes(word) && (word || this.counts[v])));
    const shown = wanted.slice(0, MOST_VALUES);
    for (const value of this.values) if (!shown.includes(value)) shown.push(value);
    this.keepingFocus(() => this.list.replaceChildren(...shown.map(value => this.line(value))));
    this.rest.hidden = wanted.length <= MOST_VALUES;
    this.rest.textContent = `${many(wanted.length - MOST_VALUES)} more: type to find them`;
  }

  line(value) {
    const line = copy("value"), box = line.querySelector("input");
    const [name, count] = line.querySelectorAll("span");
    box.checked = this.values.has(value);
    box.dataset.value = value;
    box.addEventListener("change", () => {
      if (box.checked) this.values.add(value);
      else this.values.delete(value);
      this.changed();
    });
    name.textContent = this.field.names[value];
    count.textContent = many(this.counts[value]);
    return line;
  }

  keepingFocus(work) {
    const held = this.list.contains(document.activeElement) ? document.activeElement.dataset.value : null;
    const top = this.list.scrollTop;
    work();
    this.list.scrollTop = top;
    if (held !== null) [...this.list.querySelectorAll("input")].find(box => box.dataset.value === held)?.focus();
  }
}

// What is chosen, as buttons that take it back.
function chips(tasks, wish, changed) {
  const made = [];
  const add = (text, drop) => {
    const button = document.createElement("button");
    button.textContent = text;
    button.addEventListener("click", () => { drop(); part("count").focus({preventScroll: true}); changed(); });
    made.push(button);
  };
  if (wish.words) add(`“${wish.words}” ×`, () => { wish.words = ""; });
  if (wish.task) add(`task: ${wish.task} ×`, () => { wish.task = ""; });
  for (const [place, values] of wish.chosen) {
    const {label, names} = tasks.fields[place];
    for (const value of values) add(`${label}: ${names[value]} ×`, () => values.delete(value));
  }
  if (made.length > 1) add("Clear all", () => wish.clear());
  for (const button of made) button.setAttribute("aria-label", button.textContent === "Clear all" ? "Clear all filters" : `Remove ${button.textContent.slice(0, -2)}`);
  part("chosen").replaceChildren(...made);
}
