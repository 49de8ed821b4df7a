import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the module is rebuilt byte by byte from its sources, where the same Go is there', () => {
  const out = execFileSync(process.execPath, [join(import.meta.dirname, '../../../build/wasm/check.mjs')], {
    encoding: 'utf8',
  })
  expect(out).toMatch(/^The module (comes from these sources|was built with Go)/)
}, 600_000)
