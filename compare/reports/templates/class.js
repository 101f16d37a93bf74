// A press on a column's heading sorts the rows by it; a second press turns them round.
for (const button of document.querySelectorAll("th > button")) {
  button.addEventListener("click", () => {
    const heading = button.parentElement, table = heading.closest("table"), body = table.tBodies[0];
    const down = heading.getAttribute("aria-sort") === "ascending";
    const value = (row) => row.cells[heading.cellIndex].dataset.value ?? row.cells[heading.cellIndex].textContent.trim();
    const words = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
    const order = (one, other) => one - other || words(one, other);
    const rows = [...body.rows].sort((one, other) => order(value(one), value(other)));
    for (const each of heading.parentElement.cells) each.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...(down ? rows.reverse() : rows));
  });
}
