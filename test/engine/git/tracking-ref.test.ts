import { expect, test } from 'vitest'
import { mapRef } from '../../../src/engine/git/tracking-ref.ts'

test.each([
  [['+refs/heads/*:refs/remotes/origin/*'], 'refs/heads/main', 'refs/remotes/origin/main'],
  [['+refs/heads/*:refs/remotes/origin/*'], 'refs/heads/a/b', 'refs/remotes/origin/a/b'],
  [['refs/heads/main:refs/up'], 'refs/heads/main', 'refs/up'],
  [['refs/heads/main:refs/up'], 'refs/heads/other', undefined],
  [['+refs/heads/release-*:refs/remotes/r/*-rel'], 'refs/heads/release-1', 'refs/remotes/r/1-rel'],
  [['^refs/heads/x', '+refs/heads/*:refs/remotes/o/*'], 'refs/heads/main', 'refs/remotes/o/main'],
  [['refs/heads/main', '+refs/heads/*:refs/remotes/o/*'], 'refs/heads/main', 'refs/remotes/o/main'],
  [['+refs/heads/*:refs/remotes/$&/*'], 'refs/heads/main', 'refs/remotes/$&/main'],
  [['+refs/heads/ab*ba:refs/x/*'], 'refs/heads/aba', undefined],
  [['+refs/*:refs/*'], 'refs/heads/main', 'refs/heads/main'],
  [[''], 'refs/heads/main', undefined],
])('%j keeps %s in %s', (specs, ref, kept) => {
  expect(mapRef(specs, ref)).toBe(kept)
})
