"use strict";
// Everything that comes from files is put into the page as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const pageSize = 50, fewestToFilter = 6;

  // The element, its properties, and what is in it.
  function make(name, properties, ...children) {
    const element = document.createElement(name);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  }

  function compare(a, b) {
    const x = Number(a), y = Number(b);
    const numbers = a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y);
    return numbers ? x - y : String(a).localeCompare(String(b), "en", { numeric: true });
  }

  // Puts a button into each heading; sort(column, sign) does the work.
  function addSorting(headings, sort) {
    headings.forEach((heading, column) => {
      const button = make("button", { type: "button", textContent: heading.textContent });
      button.addEventListener("click", () => {
        const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        headings.forEach(other => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        sort(column, sign);
      });
      heading.replaceChildren(button);
    });
  }

  function searchBox(label) {
    return make("input", { type: "search", placeholder: label, ariaLabel: label });
  }

  function enrich(table) {
    const body = table.tBodies[0], rows = [...body.rows];
    addSorting([...table.tHead.rows[0].cells], (column, sign) => {
      rows.sort((a, b) => sign * compare(a.cells[column].textContent, b.cells[column].textContent));
      body.append(...rows);
    });
    if (rows.length < fewestToFilter) return;
    const box = searchBox("Filter " + table.getAttribute("aria-label").toLowerCase());
    box.addEventListener("input", () => {
      const wanted = box.value.toLowerCase();
      rows.forEach(row => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
    });
    table.parentElement.before(make("div", { className: "tools" }, box));
  }

  function choice(label, names) {
    const select = make("select", { ariaLabel: label }, make("option", { value: "", textContent: label }));
    [...new Set(names)].sort().forEach(name => select.append(make("option", { value: name, textContent: name })));
    return select;
  }

  function showProbabilities(protein) {
    const all = data.classes.map((name, index) => [name, protein[5][index]]).sort((a, b) => b[1] - a[1]);
    return make("div", {}, ...all.map(([name, share]) => {
      const fill = make("i", {});
      fill.style.width = 100 * share + "%";
      return make("div", { className: "bar" }, make("span", { textContent: name }), make("span", {}, fill), make("b", { textContent: (100 * share).toFixed(1) + " %" }));
    }));
  }

  function drawStrip(explanation, most) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    const values = explanation.importance;
    svg.setAttribute("class", "strip");
    svg.setAttribute("viewBox", `0 -1.05 ${values.length} 2.1`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "Importance of each residue, from the first to the last");
    values.forEach((value, index) => {
      const height = Math.abs(value) / most, bar = document.createElementNS(space, "rect");
      bar.setAttribute("x", index);
      bar.setAttribute("y", value > 0 ? -height : 0);
      bar.setAttribute("width", 1);
      bar.setAttribute("height", height);
      bar.setAttribute("fill", value > 0 ? "#0072b2" : "#d55e00");
      svg.append(bar);
    });
    return svg;
  }

  function showResidues(explanation, most) {
    const residues = make("div", { className: "residues" });
    [...explanation.sequence].forEach((letter, index) => {
      if (index % 10 === 0) residues.append(make("sup", { textContent: index + 1 }));
      const value = explanation.importance[index], weight = Math.min(1, Math.abs(value) / most);
      const motifs = explanation.motifs.filter(motif => index + 1 >= motif[1] && index + 1 <= motif[2]);
      const span = make("span", { textContent: letter, title: `${letter}${index + 1}: ${value}` + motifs.map(motif => `; rule: ${motif[0]}`).join("") });
      span.style.backgroundColor = value > 0 ? `rgba(0, 114, 178, ${0.55 * weight})` : `rgba(213, 94, 0, ${0.55 * weight})`;
      if (motifs.length > 0) span.className = "motif";
      residues.append(span);
    });
    return residues;
  }

  function showExplanation(explanation) {
    const most = Math.max(...explanation.importance.map(Math.abs), 1e-12);
    const block = make("div", { className: "importance" },
      make("p", { textContent: explanation.method === "attention"
        ? "Residues that the network looked at, whatever for (attention):"
        : `Residues that speak for ${explanation.class} (blue) and against it (orange), by ${explanation.method}:` }),
      drawStrip(explanation, most), showResidues(explanation, most));
    if (explanation.motifs.length > 0) {
      block.append(make("p", { textContent: "Underlined: found by rules, not by the model:" }),
        make("ul", {}, ...explanation.motifs.map(([rule, start, end, reason]) => make("li", { textContent: `${rule}, ${start} to ${end}` + (reason ? ` (${reason})` : "") }))));
    }
    return block;
  }

  function listProteins(place) {
    const explained = new Map(data.explanations.map(explanation => [explanation.id, explanation]));
    const columns = [["protein", 0]];
    if (data.labelled) columns.push(["true", 1]);
    columns.push(["predicted", 3], ["probability", 4]);
    if (data.proteins.some(protein => protein[2] !== null)) columns.push(["held out in", 2]);
    const isWrong = protein => data.labelled && protein[1] !== protein[3];

    let shown = data.proteins, page = 0;
    const order = [...data.proteins];
    const box = searchBox("Filter proteins by name");
    const predicted = choice("any prediction", data.proteins.map(protein => protein[3]));
    const label = choice("any true compartment", data.labelled ? data.proteins.map(protein => protein[1]) : []);
    const wrong = make("input", { type: "checkbox" }), marked = make("input", { type: "checkbox" });
    const count = make("span", { className: "count", role: "status" });
    const back = make("button", { type: "button", textContent: "‹ previous" }), next = make("button", { type: "button", textContent: "next ›" });
    const body = make("tbody", {}), heads = columns.map(([name, field]) => make("th", { scope: "col", className: field === 4 ? "number" : "", textContent: name }));

    function row(protein) {
      const name = make("button", { type: "button", className: "protein-name", textContent: (protein[0] || "(no name)") + (explained.has(protein[0]) ? " ●" : "") });
      name.setAttribute("aria-expanded", "false");
      const cells = columns.map(([, field]) => field === 0 ? make("td", {}, name)
        : field === 4 ? make("td", { className: "number", textContent: protein[4].toFixed(3) })
        : make("td", { textContent: protein[field] ?? "" }));
      const line = make("tr", { className: isWrong(protein) ? "wrong" : "" }, ...cells);
      let details = null;
      name.addEventListener("click", () => {
        if (details) {
          details.remove();
          details = null;
        } else {
          const content = make("div", { className: "details" }, showProbabilities(protein));
          if (explained.has(protein[0])) content.append(showExplanation(explained.get(protein[0])));
          details = make("tr", {}, make("td", { colSpan: columns.length }, content));
          line.after(details);
        }
        name.setAttribute("aria-expanded", String(details !== null));
      });
      return line;
    }

    function show() {
      const pages = Math.max(1, Math.ceil(shown.length / pageSize));
      page = Math.min(Math.max(page, 0), pages - 1);
      body.replaceChildren(...shown.slice(page * pageSize, (page + 1) * pageSize).map(row));
      count.textContent = `${shown.length} of ${data.proteins.length} proteins` + (pages > 1 ? `, page ${page + 1} of ${pages}` : "");
      back.disabled = page === 0;
      next.disabled = page === pages - 1;
    }

    function filter() {
      const text = box.value.toLowerCase();
      shown = order.filter(protein => protein[0].toLowerCase().includes(text)
        && (predicted.value === "" || protein[3] === predicted.value) && (label.value === "" || protein[1] === label.value)
        && (!wrong.checked || isWrong(protein)) && (!marked.checked || explained.has(protein[0])));
      page = 0;
      show();
    }

    addSorting(heads, (column, sign) => {
      const field = columns[column][1];
      order.sort((a, b) => sign * compare(a[field] ?? "", b[field] ?? ""));
      filter();
    });
    [box, predicted, label, wrong, marked].forEach(control => control.addEventListener("input", filter));
    back.addEventListener("click", () => { page--; show(); });
    next.addEventListener("click", () => { page++; show(); });
    const tools = make("div", { className: "tools" }, box, predicted);
    if (data.labelled) tools.append(label, make("label", {}, wrong, " wrong ones only"));
    if (explained.size > 0) tools.append(make("label", {}, marked, " explained ones only"));
    place.replaceChildren(tools, make("div", { className: "tools" }, count, back, next),
      make("div", { className: "table" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body)));
    show();
  }

  document.querySelectorAll("table.sortable").forEach(enrich);
  const place = document.getElementById("protein-table");
  if (place) listProteins(place);
})();
