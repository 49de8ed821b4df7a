import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoRepository } from '../../src/demo/repository.ts'
import { fingerprint } from '../hostile/fingerprint.ts'

// A terminal whose PATH has no git, in a copy of the demo's clone: everything is read, and nothing is changed.

const main = join(import.meta.dirname, '../../src/cli/main.ts')
const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-cli-'))
const clone = join(dir, 'copy')
beforeAll(async () => {
  const made = await createDemoRepository(join(dir, 'demo'), '2026-11-20T09:30:00Z')
  cpSync(made.clone, clone, { recursive: true })
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function run(words: readonly string[], path = '/wheelhouse/no/such/folder') {
  const app = ['--workspace', join(dir, 'data'), '--repo', clone, '--path', 'apps/shop-web/overlays/prod']
  return spawnSync(process.execPath, [main, ...app, '--branch', 'main', ...words], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  })
}
const json = (words: readonly string[], path?: string): unknown => {
  const { stdout, stderr, status } = run(['-o', 'json', ...words], path)
  return stdout === '' ? { status, stderr } : JSON.parse(stdout)
}

test('timeline, compare and render say without git what they say with it', { timeout: 120_000 }, () => {
  const before = fingerprint(clone)
  const commits = json(['timeline']) as readonly unknown[]
  expect(commits.length).toBeGreaterThan(3)
  expect(commits).toEqual(json(['timeline'], process.env.PATH))
  for (const words of [
    ['compare', 'HEAD~9', 'main'],
    ['compare', 'main', 'worktree'],
  ]) {
    const [read, told] = [run(['-o', 'json', ...words]), run(['-o', 'json', ...words], process.env.PATH)]
    expect([words, read.status, read.stdout]).toEqual([words, told.status, told.stdout])
    expect(read.stdout).not.toBe('')
  }
  const rendered = run(['render']).stdout
  expect(rendered).toContain('kind: Deployment')
  expect(rendered).toBe(run(['render'], process.env.PATH).stdout)
  expect(fingerprint(clone)).toBe(before)
})

test('a rollback is refused with what helps, and the doctor says it too', { timeout: 60_000 }, () => {
  const before = fingerprint(clone)
  const [, older] = json(['timeline']) as readonly { readonly commit: { readonly oid: string } }[]
  const refused = run(['return', older?.commit.oid ?? '', '--yes'])
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('git was not found')])
  expect(json(['doctor'])).toContainEqual(
    expect.objectContaining({ id: 'git', state: 'fail', found: expect.stringContaining('can be read') }),
  )
  expect(fingerprint(clone)).toBe(before)
})
