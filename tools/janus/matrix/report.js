const dark = window.matchMedia("(prefers-color-scheme: dark)");

// A phone has no room for rows' whole titles beside a chart: a touch on a point says them.
const narrow = window.matchMedia("(max-width: 40rem)");
const SHORT = 24;

function shortened(labels) {
  if (!labels) return {};
  return { tickmode: "array", tickvals: labels, ticktext: labels.map((text) => (text.length > SHORT ? `${text.slice(0, SHORT - 1)}…` : text)) };
}

function draw() {
  const ink = dark.matches ? "#e8e6e3" : "#1b1b1b", grid = dark.matches ? "#3a3d42" : "#d5d5d5";
  for (const chart of charts) {
    const layout = structuredClone(chart.figure.layout);
    Object.assign(layout, { font: { color: ink }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 50, r: 10, t: 10, b: 50 } });
    if (narrow.matches) layout.yaxis = Object.assign(layout.yaxis, shortened(layout.yaxis.categoryarray));
    for (const axis of ["xaxis", "yaxis"]) layout[axis] = Object.assign({ gridcolor: grid, zerolinecolor: grid, automargin: true }, layout[axis]);
    Plotly.react(chart.id, chart.figure.data, layout, { responsive: true, displayModeBar: false });
  }
}

const table = $("#matrix").DataTable({ paging: false, order: [], language: { search: "Filter", info: "_TOTAL_ rows", infoEmpty: "no row", infoFiltered: "of _MAX_" } });

$("#group").on("change", (event) => {
  const chosen = $.fn.dataTable.util.escapeRegex(event.target.value);
  table.column(1).search(chosen ? `^${chosen}$` : "", true, false).draw();
});

$("#matrix").on("click", "button.open", (event) => {
  const row = table.row(event.target.closest("tr"));
  if (row.child.isShown()) row.child.hide();
  else row.child(document.getElementById(`row-${event.target.dataset.row}`).cloneNode(true), "details").show();
});

for (const query of [dark, narrow]) query.addEventListener("change", draw);
draw();
document.documentElement.dataset.ready = "yes";
