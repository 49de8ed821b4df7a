import { expect, test } from 'vitest'
import { applyConventions, conventionProblem } from '#core'

const plain = { template: '{subject}', conventional: false, signOff: false, coAuthors: [] }
const context = {
  appName: 'shop',
  action: 'scale',
  identity: { name: 'Ada Operator', email: 'ada@example.com' },
}
const message = { subject: 'Scale shop: web 3 -> 5', body: '- web', trailers: ['Wheelhouse-App: shop'] }

test.each([
  [{}, 'scale', 'Scale shop: web 3 -> 5'],
  [{ template: '[{app}] {subject}' }, 'scale', '[shop] Scale shop: web 3 -> 5'],
  [{ template: '{ticket} {subject} ({action})' }, 'scale', '{ticket} Scale shop: web 3 -> 5 (scale)'],
  [{ conventional: true }, 'scale', 'chore(shop): scale shop: web 3 -> 5'],
  [{ conventional: true }, 'undo', 'revert(shop): scale shop: web 3 -> 5'],
  [{ conventional: true }, 'undo-range', 'revert(shop): scale shop: web 3 -> 5'],
  [{ conventional: true }, 'return', 'revert(shop): scale shop: web 3 -> 5'],
  [
    { conventional: true, template: 'OPS-1 {subject}' },
    'return',
    'OPS-1 revert(shop): scale shop: web 3 -> 5',
  ],
  [{ template: 'no place for it' }, 'scale', 'Scale shop: web 3 -> 5'],
])('with %j the subject of %s is %s', (conventions, action, subject) => {
  expect(applyConventions(message, { ...plain, ...conventions }, { ...context, action })).toEqual({
    ...message,
    subject,
  })
})

test('what a subject quotes is not taken for a mark of the template', () => {
  const quoted = { ...message, subject: 'Undo "{app} $& {action}"' }
  expect(applyConventions(quoted, { ...plain, template: '{app}: {subject}' }, context).subject).toBe(
    'shop: Undo "{app} $& {action}"',
  )
})

test('an app name with brackets is a scope without them', () => {
  const named = { ...context, appName: 'shop (prod)' }
  expect(applyConventions(message, { ...plain, conventional: true }, named).subject).toMatch(
    /^chore\(shop-prod-\): /,
  )
})

test('co-authors and the sign-off follow our trailers, the operator is no co-author', () => {
  const coAuthors = ['Grace <grace@example.com>', 'Ada Operator <ada@example.com>']
  expect(applyConventions(message, { ...plain, signOff: true, coAuthors }, context).trailers).toEqual([
    'Wheelhouse-App: shop',
    'Co-authored-by: Grace <grace@example.com>',
    'Signed-off-by: Ada Operator <ada@example.com>',
  ])
})

test.each([
  [{}, undefined],
  [{ template: '{ticket}: {subject} ({app}, {action})' }, undefined],
  [{ coAuthors: ['Grace M. Hopper <grace@navy.example.com>'] }, undefined],
  [{ template: 'OPS-1' }, 'no {subject}'],
  [{ template: '{subject}\nmore' }, 'more than one line'],
  [{ template: '{subject} {branch}' }, '{branch}'],
  [{ coAuthors: ['Grace'] }, '"Grace"'],
  [{ coAuthors: ['Grace <grace>'] }, '"Grace <grace>"'],
  [{ coAuthors: ['Grace <g@example.com>\nSigned-off-by: Eve <e@example.com>'] }, 'Signed-off-by'],
])('conventions %j are refused for %s', (conventions, words) => {
  const problem = conventionProblem({ ...plain, ...conventions })
  if (words === undefined) expect(problem).toBeUndefined()
  else expect(problem).toContain(words)
})
