import { expect, test } from 'vitest'
import { SafetyReason } from '#contract'
import { conflictMark, reasonMarks } from '#core'

const reason = (code: SafetyReason['code'], level: SafetyReason['level'], words: string): SafetyReason => ({
  code,
  level,
  words,
})
const codes = SafetyReason.unwrap().shape.code.options

test('every reason against a result has a mark of its own, but for those that the sync records tell', () => {
  const marks = codes.map((code) => [
    code,
    reasonMarks([reason(code, 'danger', 'x')]).map(({ kind }) => kind),
  ])
  expect(marks.filter(([, kinds]) => kinds?.length === 0).map(([code]) => code)).toEqual([
    'RAN_HEALTHY',
    'NEVER_SYNCED',
  ])
  const kinds = marks.flatMap(([, found]) => found)
  expect(new Set(kinds).size).toBe(codes.length - 2)
})

test('reasons of one kind are one mark with the words of all, and the level of the first', () => {
  const found = [
    reason('CONFIG_MISSING', 'danger', 'Deployment/web needs ConfigMap/a.'),
    reason('CONFIG_MISSING', 'danger', 'Deployment/web needs ConfigMap/b.'),
    reason('IMAGE_UNSEEN', 'caution', 'Deployment/web: a:2 was not seen.'),
    reason('RAN_HEALTHY', 'note', 'It ran.'),
  ]
  expect(reasonMarks(found)).toEqual([
    {
      kind: 'config-missing',
      level: 'danger',
      label: 'config missing',
      words: 'Deployment/web needs ConfigMap/a. Deployment/web needs ConfigMap/b.',
    },
    {
      kind: 'image-unseen',
      level: 'caution',
      label: 'image not seen',
      words: 'Deployment/web: a:2 was not seen.',
    },
  ])
})

test('what would fill a page is counted', () => {
  const many = Array.from({ length: 12 }, (_, at) => reason('NOT_READ', 'unknown', `Secret/s${at}.`))
  expect(reasonMarks(many)[0]?.words).toBe(
    'Secret/s0. Secret/s1. Secret/s2. Secret/s3. Secret/s4. And 7 more.',
  )
  expect(conflictMark(['a', 'b', 'c', 'd', 'e', 'f', 'g'])[0]?.words).toBe(
    'Undoing this commit would conflict in a, b, c, d, e and 2 more: changed again since.',
  )
})

test('an undo without conflict has no mark', () => {
  expect(conflictMark([])).toEqual([])
  expect(conflictMark(['base/web.yaml']).map(({ kind, level }) => [kind, level])).toEqual([
    ['conflicts', 'caution'],
  ])
})
