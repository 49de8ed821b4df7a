import { expect, test } from 'vitest'
import { parseProgress, withoutProgress } from '#core'

test.each([
  [
    'Receiving objects:  42% (420/1000), 1.20 MiB | 3.40 MiB/s',
    { phase: 'Receiving objects', percent: 42, done: 420, total: 1000 },
  ],
  [
    'remote: Counting objects: 100% (5/5), done.',
    { phase: 'Counting objects', percent: 100, done: 5, total: 5 },
  ],
  ['remote: Enumerating objects: 12, done.', { phase: 'Enumerating objects', done: 12 }],
  ['Writing objects:   0% (0/3)', { phase: 'Writing objects', percent: 0, done: 0, total: 3 }],
  ['Updating files: 7% (1/13)', { phase: 'Updating files', percent: 7, done: 1, total: 13 }],
  ['fatal: unable to access: 403', undefined],
  ['remote: Resolving this needs a person: 3 of them', undefined],
  ['From https://example.com/gitops', undefined],
])('%j', (text, progress) => {
  expect(parseProgress(text)).toEqual(progress)
})

test('the words of a failure are what is left when progress is taken out', () => {
  const output =
    'remote: Counting objects:  50% (1/2)\rremote: Counting objects: 100% (2/2), done.\nWriting objects: 100% (2/2)\rremote: GH006: Protected branch\nfatal: no\n'
  expect(withoutProgress(output)).toBe('remote: GH006: Protected branch\nfatal: no\n')
})

test('what git says about packing is progress too', () => {
  const output =
    'Delta compression using up to 2 threads\nTotal 4 (delta 0), reused 3 (delta 0), pack-reused 0\nremote: Total 3 (delta 1), reused 2 (delta 1)\nremote: Total commits: 4\nerror: no\n'
  expect(withoutProgress(output)).toBe('remote: Total commits: 4\nerror: no\n')
})
