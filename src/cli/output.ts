/** Where a command prints: text for people or one JSON value, colours only on a terminal that wants them. */
export type Output = {
  readonly json: boolean
  readonly line: (text?: string) => void
  /** Progress and warnings: never part of what a script reads. */
  readonly note: (text: string) => void
  readonly value: (value: unknown) => void
  readonly paint: (colour: Colour, text: string) => string
}
export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/** What `paint` puts around a text. */
const escapes = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g')

const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 }

export function createOutput(options: { readonly json: boolean; readonly color: boolean }): Output {
  return {
    json: options.json,
    line: (text = '') => {
      if (!options.json) process.stdout.write(`${text}\n`)
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    value: (value) => {
      if (options.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    },
    paint: (colour, text) => (options.color ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text),
  }
}

/** Columns padded to their widest cell; escapes of colours do not count. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell))
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - width(cell)),
        )
        .join('  '),
    )
    .join('\n')
}

function width(text: string): number {
  return text.replaceAll(escapes, '').length
}
