import { html, jsonBlock, type Content, type Html } from './html.ts';

/** A figure of the page: name, value, and what it means or stands beside. */
export interface Fact {
  readonly name: string;
  readonly value: Content;
  readonly note?: Content;
}

export function facts(all: readonly Fact[]): Html {
  return html`<dl class="facts">
    ${all.map(
      ({ name, value, note }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}${note === undefined ? null : html`<small>${note}</small>`}</dd>
        </div>`,
    )}
  </dl>`;
}

export function pairs(all: readonly (readonly [string, Content])[]): Html {
  return html`<dl class="pairs">
    ${all.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

export interface Column {
  readonly name: string;
  readonly number?: true;
  /** Text of a sentence or more: on a phone it stands below its label. */
  readonly long?: true;
}

/** A table that becomes one card a row on a phone; its first column names the row. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Html {
  const head = columns.map(
    ({ name, number }) => html`<th scope="col" ${number ? html`class="num"` : null}>${name}</th>`,
  );
  return html`<div class="scroll">
    <table class="cards">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => cellOf(cell, columns[index], index))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellOf(cell: Content, column: Column | undefined, index: number): Html {
  if (index === 0) return html`<th scope="row">${cell}</th>`;
  const kind = column?.number ? 'num' : column?.long ? 'long' : '';
  return html`<td class="${kind}" data-label="${column?.name ?? ''}"><span class="cell">${cell}</span></td>`;
}

export type Tone = 'good' | 'bad' | 'warn' | 'none';

export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

/** Never by colour alone. */
const VERDICTS: Readonly<Record<string, readonly [Tone, string]>> = {
  pass: ['good', '✓ pass'],
  fail: ['bad', '✕ fail'],
  inconclusive: ['warn', '? inconclusive'],
};

export function verdictBadge(verdict: string): Html {
  const [tone, text] = VERDICTS[verdict] ?? (['none', verdict] as const);
  return badge(tone, text);
}

export function verdictTone(verdict: string): Tone {
  return VERDICTS[verdict]?.[0] ?? 'none';
}

/** What a chart shows; see the script of the pages. */
export interface ChartSpec {
  readonly format: 'percent' | 'number';
  /** What the chart says, for who cannot see it. */
  readonly summary: string;
  /** Seconds, then one list a series. */
  readonly data: readonly (readonly (number | null)[])[];
  readonly series: readonly {
    readonly label: string;
    readonly colour: string;
    readonly dash?: readonly number[];
    readonly width?: number;
    /** An edge of a band: no line of its own. */
    readonly edge?: true;
  }[];
  /** Pairs of series, upper edge first. */
  readonly bands?: readonly { readonly series: readonly [number, number]; readonly colour: string }[];
  readonly limits?: readonly {
    readonly y: number;
    readonly label: string;
    readonly colour?: string;
    /** Where its label stands; default right. */
    readonly side?: 'left';
  }[];
  readonly marks?: readonly { readonly x: number; readonly label: string; readonly colour?: string }[];
  /** The axis begins at 0, or below where there are negative values. */
  readonly zero?: boolean;
  /** The axis ends here, whatever the values. */
  readonly top?: number;
}

export function chart(id: string, caption: Content, spec: ChartSpec): Html {
  return html`<figure>
      <figcaption>${caption}</figcaption>
      <div class="chart" data-chart="${id}"></div>
      <noscript><p class="soft">The chart needs JavaScript; ${spec.summary}</p></noscript>
    </figure>
    ${jsonBlock(id, spec)}`;
}
