/** The stylesheet of all pages. Colours are chosen to keep 4.5:1 on their ground in both themes, and for the colour-blind. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #14171c);
  --raised: light-dark(#f6f7f9, #1d2128);
  --line: light-dark(#d8dce2, #363c46);
  --text: light-dark(#1a1d21, #e6e9ed);
  --soft: light-dark(#565d67, #a5adb8);
  --link: light-dark(#0b57b0, #7db5ff);
  --good: light-dark(#0a6b3d, #5fd39a);
  --bad: light-dark(#b3261e, #ff8a80);
  --warn: light-dark(#8a5200, #ffb95c);
  --canary: light-dark(#b84a00, #ff9d5c);
  --stable: light-dark(#0b5cad, #6fb2ff);
  --third: light-dark(#6b3fa0, #c5a3ff);
  --radius: 10px;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--ground); padding: 8px; z-index: 9; }
header.top { border-bottom: 1px solid var(--line); }
header.top nav { max-width: 1200px; margin: 0 auto; padding: 12px 20px; display: flex; gap: 20px; flex-wrap: wrap; align-items: baseline; }
header.top .brand { font-weight: 700; color: inherit; text-decoration: none; margin-right: 8px; }
header.top a[aria-current] { color: var(--text); font-weight: 600; text-decoration: none; }
main { max-width: 1200px; margin: 0 auto; padding: 20px 20px 64px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 8px 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 36px 0 10px; }
h3 { font-size: 1rem; margin: 20px 0 6px; }
p { margin: 6px 0; max-width: 75ch; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
code { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 1px 10px; border-radius: 99px; border: 1.5px solid currentColor; font-weight: 600; font-size: .85rem; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .none { color: var(--soft); }
.banner { border: 1px solid var(--line); border-left: 6px solid currentColor; border-radius: var(--radius); background: var(--raised); padding: 14px 18px; margin: 14px 0; }
.banner p, .banner dl { color: var(--text); }
.banner .badge { font-size: 1rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 12px; margin: 16px 0; padding: 0; }
.facts > div { background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); padding: 10px 14px; min-width: 0; }
.facts dt { color: var(--soft); font-size: .85rem; }
.facts dd { margin: 2px 0 0; font-size: 1.2rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts dd small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); }
.pairs { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; }
.pairs dt { color: var(--soft); } .pairs dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding-bottom: 6px; }
th, td { text-align: left; padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: .85rem; color: var(--soft); font-weight: 600; }
table.cards tbody th { font-size: 1rem; color: inherit; }
@media (min-width: 721px) { table.cards tbody th { min-width: 10rem; } td .soft.small { white-space: nowrap; } }
tbody th .soft { font-weight: 400; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); padding: 12px; overflow-x: auto; font-size: .875rem; }
pre code { overflow-wrap: normal; }
td.num, th.num { text-align: right; white-space: nowrap; padding-right: 16px; }
.meter { display: block; width: 110px; height: 8px; border-radius: 4px; background: var(--line); overflow: hidden; margin: 5px 0 0 auto; }
.meter svg { display: block; width: 100%; height: 100%; }
.meter rect { fill: currentColor; }
figure { margin: 10px 0 0; }
figcaption { font-size: .9rem; color: var(--soft); max-width: 80ch; margin-bottom: 8px; }
.chart { width: 100%; min-height: 280px; }
.u-legend { font-size: .85rem !important; text-align: left !important; color: var(--text); }
.u-legend th, .u-legend td { border: 0; padding: 2px 4px; font-size: inherit; }
.u-legend th { color: inherit; }
.u-inline tr { margin-right: 14px !important; }
.u-select { background: color-mix(in srgb, var(--link) 20%, transparent) !important; }
details { border: 1px solid var(--line); border-radius: var(--radius); padding: 8px 14px; margin: 10px 0; }
summary { cursor: pointer; font-weight: 600; }
ul.plain { list-style: none; padding: 0; margin: 8px 0; } ul.plain li { margin: 4px 0; }
form.filter { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; margin: 12px 0; }
form.filter label { display: grid; font-size: .85rem; color: var(--soft); gap: 2px; }
input, select, button { font: inherit; color: var(--text); background: var(--ground); border: 1px solid var(--soft); border-radius: 6px; padding: 6px 10px; min-height: 40px; max-width: 100%; }
button { background: var(--raised); cursor: pointer; font-weight: 600; }
footer { max-width: 1200px; margin: 0 auto; padding: 16px 20px 40px; color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line); }
@media (max-width: 720px) {
  main, header.top nav { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 1.35rem; }
  .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
  .facts dd { font-size: 1.05rem; }
  .pairs { grid-template-columns: 1fr; } .pairs dd { margin-bottom: 6px; }
  table.cards thead { position: absolute; left: -9999px; }
  table.cards, table.cards tbody, table.cards tr, table.cards td, table.cards th, table.cards caption { display: block; }
  table.cards tr { border: 1px solid var(--line); border-radius: var(--radius); padding: 8px 14px; margin: 0 0 12px; background: var(--raised); }
  table.cards td, table.cards th { border: 0; padding: 3px 0; }
  table.cards td { display: flex; justify-content: space-between; gap: 16px; text-align: right; white-space: normal; }
  table.cards td[data-label]::before { content: attr(data-label); color: var(--soft); font-size: .85rem; text-align: left; flex: none; }
  table.cards td.long { display: block; text-align: left; }
  table.cards td.long[data-label]::before { display: block; }
  table.cards td > .cell { display: block; }
}
@media print { header.top, .skip, form.filter { display: none; } details > * { display: block; } }
`;
