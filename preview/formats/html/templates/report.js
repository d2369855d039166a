"use strict";
// Everything is made by textContent: what a resource is called is never read as markup.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const PLURALS = new Intl.NumberFormat("en");

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const sign = (tone) => {
    const svg = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ class: "sign", "aria-hidden": "true", width: 14, height: 14 }))
      svg.setAttribute(name, value);
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `#sign-${tone}`);
    svg.append(use);
    return svg;
  };

  const text = (cell) => (typeof cell === "string" ? cell : cell[0]);

  const content = (cell) =>
    typeof cell === "string" ? cell : make("span", { class: `toned ${cell[1]}` }, sign(cell[1]), make("span", {}, cell[0]));

  const data = (element) => JSON.parse(element.querySelector(':scope > script[type="application/json"]').textContent);

  // A table of many rows: some at a time, and a filter over all of them.
  const paged = (holder) => {
    let known;
    const body = holder.querySelector("tbody");
    const heads = [...holder.querySelectorAll("thead th")].map((each) => [each.textContent, each.dataset.kind]);
    const caption = holder.querySelector("caption").textContent;
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: "false", id: `${holder.id}-filter` });
    const found = make("p", { class: "found", role: "status" });
    const before = make("button", { type: "button" }, "Previous");
    const after = make("button", { type: "button" }, "Next");
    const printed = make("p", { class: "printed" });
    let start = 0;
    let rows = [];

    const row = (cells) =>
      make(
        "tr",
        { role: "row" },
        ...cells.map((cell, index) => {
          const [label, kind] = heads[index];
          return index === 0
            ? make("th", { role: "rowheader", scope: "row", class: kind }, content(cell))
            : make("td", { role: "cell", class: kind, "data-label": label }, content(cell));
        }),
      );

    const show = () => {
      body.replaceChildren(...rows.slice(start, start + known.page).map(row));
      const end = Math.min(start + known.page, rows.length);
      const range = rows.length ? `${PLURALS.format(start + 1)} to ${PLURALS.format(end)} of ` : "";
      found.textContent = `${range}${PLURALS.format(rows.length)} ${rows.length === 1 ? "row" : "rows"}`;
      printed.textContent = `${found.textContent}; the page on a screen shows the others.`;
      before.disabled = start === 0;
      after.disabled = end >= rows.length;
    };

    const filter = () => {
      known ??= data(holder);
      const wanted = input.value.toLowerCase();
      rows = known.rows.filter((cells) => cells.some((cell) => text(cell).toLowerCase().includes(wanted)));
      start = 0;
      show();
    };

    const turn = (pages) => {
      start += pages * known.page;
      show();
    };

    input.addEventListener("input", filter);
    before.addEventListener("click", () => turn(-1));
    after.addEventListener("click", () => turn(1));
    holder.querySelector(".rest").replaceWith(make("div", { class: "pager" }, before, after), printed);
    const label = make("label", { for: input.id }, `Filter: ${caption}`);
    holder.prepend(make("div", { class: "tools" }, make("div", { class: "field grow" }, label, input), found));
    filter();
  };

  // Only tables that are not folded are made; the others when what holds them is opened. The browser itself can't be
  // asked: right after the opening it may still say that what is inside is hidden.
  const pagedInside = (element) => {
    for (const holder of element.querySelectorAll("[data-paged]"))
      if (!holder.closest("details:not([open])")) {
        delete holder.dataset.paged;
        paged(holder);
      }
  };

  const controls = (form) => {
    form.hidden = false;
    const [input, severity, found] = [form.querySelector("input"), form.querySelector("select"), form.querySelector(".found")];
    const groups = [...document.querySelectorAll("#controls .group")];
    const open = new Map(groups.map((group) => [group, group.open]));
    const beyond = document.querySelector("#controls [data-left-out]")
      ? "; findings that are left out of this page are not searched"
      : "";
    const names = new Map();
    // Every finding counts, also those that no table shows yet.
    const words = (control) => {
      if (!names.has(control)) names.set(control, control.textContent.toLowerCase());
      return names.get(control);
    };
    const filter = () => {
      const wanted = input.value.trim().toLowerCase();
      const asked = wanted !== "" || severity.value !== "";
      let count = 0;
      for (const group of groups) {
        let inside = 0;
        for (const control of group.querySelectorAll(".control")) {
          const fits = (!severity.value || control.dataset.severity === severity.value) && words(control).includes(wanted);
          control.hidden = !fits;
          inside += fits ? 1 : 0;
        }
        group.hidden = inside === 0;
        group.open = asked ? inside > 0 : open.get(group);
        count += inside;
      }
      found.textContent = asked ? `${count} ${count === 1 ? "control" : "controls"}${beyond}` : "";
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", filter);
  };

  // Who talks to one namespace, and whom it reaches.
  const MOST = 100;
  const ask = (holder) => {
    holder.hidden = false;
    const input = holder.querySelector("input");
    const answer = holder.querySelector(".answer");
    let known;

    const ready = () => {
      if (known) return;
      known = data(holder);
      const names = [...new Set(known.endpoints.map((each) => each[0]))].sort();
      holder.querySelector("datalist").append(...names.slice(0, 2000).map((name) => make("option", { value: name })));
    };

    const lines = (namespace, own, other) => {
      const found = [];
      for (const link of known.links) {
        const here = link[own].filter((each) => known.endpoints[each][0] === namespace);
        if (here.length)
          for (const one of here) for (const each of link[other]) if (each !== one) found.push([one, each, link[2]]);
      }
      return found;
    };

    const list = (title, found, told) => {
      const shown = found.slice(0, MOST).map((each) => make("li", {}, told(each)));
      if (found.length > MOST) shown.push(make("li", {}, `and ${PLURALS.format(found.length - MOST)} more`));
      return [make("h4", {}, `${title}: ${PLURALS.format(found.length)}`), make("ul", {}, ...shown)];
    };

    const name = (index) => known.endpoints[index].join("/");

    const reply = () => {
      ready();
      const wanted = input.value.trim();
      if (!wanted) return answer.replaceChildren();
      if (!known.endpoints.some((each) => each[0] === wanted))
        return answer.replaceChildren(make("p", {}, `No namespace here is called ${wanted}.`));
      answer.replaceChildren(
        ...list("It can be reached by", lines(wanted, 1, 0), ([own, other, ports]) => `${name(other)} to ${name(own)} on ${ports}`),
        ...list("It can reach", lines(wanted, 0, 1), ([own, other, ports]) => `${name(own)} to ${name(other)} on ${ports}`),
      );
    };

    input.addEventListener("focus", ready);
    input.addEventListener("change", reply);
    input.addEventListener("keydown", (event) => event.key === "Enter" && reply());
  };

  // A link leads into what is folded.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    if (target) target.scrollIntoView();
  };

  for (const form of document.querySelectorAll('[data-filter="controls"]')) controls(form);
  for (const holder of document.querySelectorAll("[data-ask]")) ask(holder);
  pagedInside(document);
  document.addEventListener("toggle", (event) => event.target.open && pagedInside(event.target), true);
  window.addEventListener("hashchange", reveal);
  reveal();
})();
