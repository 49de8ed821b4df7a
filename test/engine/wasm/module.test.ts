import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const source = join(import.meta.dirname, '../../../build/wasm')
const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-module-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

function check(folder: string): string {
  try {
    return execFileSync(process.execPath, [join(folder, 'check.mjs'), '--hashes'], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  }
}

test('the committed module is the one that was built from the committed sources', () => {
  expect(check(source)).toContain('are those that module.json describes')
})

test('a changed source and a changed module are found', () => {
  const changedSource = join(temp, 'source')
  cpSync(source, changedSource, { recursive: true })
  appendFileSync(join(changedSource, 'merge.go'), '\n')
  expect(check(changedSource)).toContain('has changed since the module was built')
  const changedModule = join(temp, 'module')
  cpSync(source, changedModule, { recursive: true })
  cpSync(join(source, 'go.sum'), join(changedModule, 'wheelhouse.wasm.br'))
  expect(check(changedModule)).not.toContain('are those that module.json describes')
})
