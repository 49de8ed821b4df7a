import { expect, test } from 'vitest'
import { mayHold, murmur3, pathKey } from '../../../src/engine/git/bloom.ts'

// The values of git's own tests (t/t0095-bloom.sh).
test.each([
  ['', 0],
  ['Hello world!', 0x627b0c2c],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('the hash of %j is what git says', (text, hash) => {
  expect(murmur3(0, text)).toBe(hash)
})

test('one word makes the filter that git makes of it', () => {
  const filter = { bytes: Uint8Array.of(0x11, 0x11), from: 0, to: 2 }
  expect([mayHold(filter, pathKey(''), 7), mayHold(filter, pathKey('Hello world!'), 7)]).toEqual([
    true,
    false,
  ])
  const key = pathKey('')
  const bits = Array.from({ length: 7 }, (_, turn) => {
    const [first, second] = key.hashes[0] ?? [0, 0]
    return ((first + Math.imul(turn, second)) >>> 0).toString(16).padStart(8, '0')
  })
  expect(bits).toEqual(['5615800c', '5b966560', '61174ab4', '66983008', '6c19155c', '7199fab0', '771ae004'])
})

test('a path needs its folders too, and an empty filter says nothing', () => {
  expect(pathKey('a/b/c').hashes).toEqual([...pathKey('a/b/c').hashes.slice(0, 1), ...pathKey('a/b').hashes])
  expect(mayHold({ bytes: new Uint8Array(4), from: 2, to: 2 }, pathKey('a'), 7)).toBe(true)
  expect(mayHold({ bytes: Uint8Array.of(0xff), from: 0, to: 1 }, pathKey('a'), 7)).toBe(true)
  expect(mayHold({ bytes: Uint8Array.of(0), from: 0, to: 1 }, pathKey('a'), 7)).toBe(false)
})
