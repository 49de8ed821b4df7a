import fc from 'fast-check'
import { load } from 'js-yaml'
import { expect, it } from 'vitest'
import { maskText } from '#core'
import { toYamlSafeJson } from '../../../src/engine/kube/write.ts'

it('the body of an apply is the same value to a YAML parser as to a JSON parser', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary' })), (value) => {
      const text = toYamlSafeJson(value)
      expect(JSON.parse(text)).toEqual({ ...value })
    }),
  )
  const odd = { key: 'del \u007f c1 \u0085\u009f lines \u2028\u2029 mark \ufeff pair 😀 tab \t end' }
  const text = toYamlSafeJson(odd)
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u007f-\u009f\u2028\u2029\ufeff]/)
  expect(load(text)).toEqual(odd)
})

it.each([
  ['Authorization: Bearer abcdefghijk', 'abcdefghijk'],
  ['open https://ann:hunter2@proxy.test', 'hunter2'],
  ['{"token":"hunter2-token"}', 'hunter2-token'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln', 'c2ln'],
  [
    'cannot unmarshal: error found in #10 byte of ...|":"hunter2"}|..., bigger context ...|{"password":"hunter2"}|...',
    'hunter2',
  ],
  ['-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----', 'MHcCAQ'],
])('words that hold a secret are shown without it: %s', (text, secret) => {
  expect(text).toContain(secret)
  expect(maskText(text)).not.toContain(secret)
})

it('escape sequences of a terminal are taken out, line breaks stay', () => {
  expect(maskText('a\u001b[31mred\u001b[0m\n\u001b]0;title\u0007b\u0000')).toBe('ared\nb')
})
