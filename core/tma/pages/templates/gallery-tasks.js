"use strict";
// The tasks of the set: which of them pass, and how many there are of each value.

class Tasks {
  constructor(data) {
    this.rows = data.rows;
    this.fields = data.fields.map((field, place) => new Field(field, place, data.rows.length));
    data.rows.forEach((row, number) => {
      const cells = row[5];
      for (let i = 0; i < cells.length; i += 2) this.fields[cells[i]].column[number] = cells[i + 1];
    });
    this.texts = null;
    this.order = null;
  }

  get length() { return this.rows.length; }

  // Numbers of the tasks that pass, and for each field of `counted` how many would pass with each
  // of its values if nothing were chosen there.
  select(wish, counted) {
    const active = [...wish.chosen].filter(([, values]) => values.size);
    const counts = new Map(counted.map(f => [f.place, new Int32Array(f.values.length)]));
    const found = this.wanted(wish.words), shown = [];
    for (const number of wish.shuffled ? this.shuffled() : this.rows.keys()) {
      if (wish.task ? this.rows[number][0] !== wish.task : !found(number)) continue;
      let misses = 0, missed = -1;
      for (const [place, values] of active) {
        if (values.has(this.fields[place].column[number])) continue;
        missed = place;
        if (++misses > 1) break;
      }
      if (misses === 0) shown.push(number);
      if (misses > 1) continue;
      for (const [place, count] of counts) {
        const value = this.fields[place].column[number];
        if (value >= 0 && (misses === 0 || missed === place)) count[value]++;
      }
    }
    return {shown, counts};
  }

  // Whether a task holds all words, in question, options, names or id.
  wanted(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return () => true;
    this.texts ??= this.rows.map((row, number) => [
      row[0], row[1], ...row[2], ...this.told(number).map(([, name]) => name),
    ].join("\n").toLowerCase());
    return number => words.every(word => this.texts[number].includes(word));
  }

  // [label, name of the value] of the fields that a task has: its plan, and what varies besides.
  told(number) {
    const cells = this.rows[number][5], pairs = [];
    for (let i = 0; i < cells.length; i += 2) {
      const field = this.fields[cells[i]];
      if (field.varies || !field.name.startsWith("@")) pairs.push([field.label, field.names[cells[i + 1]]]);
    }
    return pairs;
  }

  // The same order whoever opens a link.
  shuffled() {
    if (this.order) return this.order;
    this.order = Int32Array.from(this.rows.keys());
    let state = 20260101;
    for (let i = this.order.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = Math.floor(state / 2 ** 32 * (i + 1));
      [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    }
    return this.order;
  }
}

class Field {
  constructor(data, place, length) {
    this.place = place;
    this.name = data.name;
    this.label = data.label;
    this.values = data.values.map(([value]) => value);
    const often = new Map();
    for (const [, name] of data.values) often.set(name, (often.get(name) ?? 0) + 1);
    this.names = data.values.map(([value, name]) => often.get(name) > 1 && name !== value ? `${name} (${value})` : name);
    this.column = new Int32Array(length).fill(-1);
  }

  // A field that is the same everywhere tells nothing apart.
  get varies() {
    this.varied ??= this.values.length > 1 || this.column.includes(-1);
    return this.varied;
  }

  get sorted() {
    const {compare} = new Intl.Collator("en", {numeric: true});
    return [...this.names.keys()].sort((a, b) => compare(this.names[a], this.names[b]));
  }
}

// What is wished to be seen, as it stands in the address.
class Wish {
  constructor(tasks, hash) {
    const said = new URLSearchParams(hash.replace(/^#/, ""));
    this.words = said.get("q") ?? "";
    this.task = said.get("task") ?? "";
    this.shuffled = said.get("sort") === "shuffled";
    this.revealed = said.get("answers") === "shown";
    this.chosen = new Map(tasks.fields.map(field => {
      const wanted = said.getAll(`.${field.name}`);
      return [field.place, new Set(wanted.map(v => field.values.indexOf(v)).filter(v => v >= 0))];
    }));
  }

  hash(tasks) {
    const said = new URLSearchParams();
    if (this.words) said.set("q", this.words);
    for (const [place, values] of this.chosen) {
      const field = tasks.fields[place];
      for (const value of [...values].sort((a, b) => a - b)) said.append(`.${field.name}`, field.values[value]);
    }
    if (this.task) said.set("task", this.task);
    if (this.shuffled) said.set("sort", "shuffled");
    if (this.revealed) said.set("answers", "shown");
    return `${said}` && `#${said}`;
  }

  clear() {
    this.words = this.task = "";
    for (const values of this.chosen.values()) values.clear();
  }
}
