import { mkdirSync, writeFileSync } from 'node:fs'
import { callRows } from './calls.ts'
import { clusterRows } from './cluster.ts'
import { driftRows } from './drift.ts'
import { gitRows } from './git.ts'
import { marksRows } from './marks.ts'
import { memoryRows } from './memory.ts'
import { refRows } from './refs.ts'
import { shownRow } from './row.ts'
import type { Row } from './row.ts'
import { scrollRows } from './scroll.ts'
import { startRows } from './start.ts'
import { timelineRows } from './timeline.ts'

// `npm run bench [name ...]`: figures beside a peer's in the same run; JSON in out/bench.json.

const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  calls: callRows,
  cluster: clusterRows,
  drift: driftRows,
  git: gitRows,
  marks: marksRows,
  memory: memoryRows,
  refs: refRows,
  scroll: scrollRows,
  start: startRows,
  timeline: timelineRows,
}
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => benches[name] === undefined)
if (unknown !== undefined) {
  process.stderr.write(`${unknown}: there is no such bench. Known: ${Object.keys(benches).join(', ')}.\n`)
  process.exit(2)
}

const shown: ReturnType<typeof shownRow>[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) shown.push(...(await bench()).map(shownRow))
}
mkdirSync('out', { recursive: true })
writeFileSync('out/bench.json', `${JSON.stringify(shown, undefined, 2)}\n`)
console.table(shown)
