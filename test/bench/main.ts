import { mkdirSync, writeFileSync } from 'node:fs'
import { clusterRows } from './cluster.ts'
import type { Row } from './row.ts'

const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = { cluster: clusterRows }
const wanted = process.argv.slice(2)
const rows: Row[] = []
for (const [name, bench] of Object.entries(benches))
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await bench()))
const shown = rows.map((row) => ({
  ...row,
  ...(row.peer === undefined ? {} : { timesFaster: row.peer / row.ours }),
}))
mkdirSync('out', { recursive: true })
writeFileSync('out/bench.json', `${JSON.stringify(shown, undefined, 2)}\n`)
console.table(shown)
