import { expect, test } from 'vitest'
import type { Mark } from '#contract'
import { tellingMarks } from '../../../renderer/stores/telling-marks.ts'

const mark = (kind: Mark['kind'], level?: Mark['level']): Mark => ({
  kind,
  label: kind,
  words: kind,
  ...(level === undefined ? {} : { level }),
})
const kindsOf = (marks: readonly Mark[]) => marks.map(({ kind }) => kind).join(' ')

test.each([
  [[mark('live'), mark('tip'), mark('failed')], 'live failed', 'tip'],
  [[mark('last-good'), mark('healthy'), mark('conflicts', 'caution')], 'last-good conflicts', ''],
  [
    [mark('healthy'), mark('image-unseen', 'caution'), mark('claim-shrinks', 'danger')],
    'claim-shrinks healthy',
    'image-unseen',
  ],
  [[mark('tip'), mark('unsynced'), mark('conflicts', 'caution')], 'conflicts tip', 'unsynced'],
  [[], '', ''],
])('of %j a row shows "%s"', (marks, shown, rest) => {
  const told = tellingMarks(marks)
  expect([kindsOf(told.shown), kindsOf(told.rest)]).toEqual([shown, rest])
})
