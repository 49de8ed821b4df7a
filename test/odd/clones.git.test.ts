import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import { oddClones } from './clones.ts'
import { journey } from './journey.ts'

const version = /(\d+)\.(\d+)/.exec(execFileSync('git', ['--version']).toString()) ?? []
const [major = 0, minor = 0] = version.slice(1).map(Number)

for (const odd of oddClones) {
  const [wantedMajor, wantedMinor] = odd.needsGit ?? [2, 25]
  const able = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
  test.skipIf(!able)(`${odd.feature}: read, gone back in, and landed`, async () => {
    const repo = createTestRepo()
    for (const replicas of [1, 2, 3])
      repo.commit(`replicas ${replicas}`, { 'web/web.yaml': deployment('a:1', replicas) })
    repo.push()
    const folder = odd.make(repo)
    const { clone, rows, ended, lacked } = await journey(odd, repo, folder)
    expect(clone.problem).toBeUndefined()
    expect(lacked > 0).toBe(odd.first === 'fill')
    expect(clone.kinds).toEqual(odd.kinds)
    expect(rows.map(({ effect }) => effect)).toEqual(['changed', 'changed', 'changed'])
    expect(ended).toBe('done')
    const first = rows.at(-1)?.commit.oid ?? ''
    const from = odd.lands === 'local' ? '.' : 'origin'
    const landed = repo.at(folder, 'ls-remote', from, 'refs/heads/main').slice(0, first.length)
    expect(repo.at(folder, 'rev-parse', `${landed}:web/web.yaml`)).toBe(
      repo.at(folder, 'rev-parse', `${first}:web/web.yaml`),
    )
    expect(repo.at(folder, 'rev-parse', 'main')).toBe(landed)
    if (!odd.kinds.includes('bare')) expect(repo.at(folder, 'status', '--porcelain')).toBe('')
    repo.remove()
  })
}
