import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { featureTable, waysTable } from '../odd/table.ts'
import { ways } from '../odd/ways.ts'

const tests = join(import.meta.dirname, '..')
const readme = readFileSync(join(tests, '../README.md'), 'utf8')

test('the table of the README says what the tests of odd clones say', () => {
  expect(readme).toContain(featureTable())
})

test('the table of what is done with Git stands in the README', () => {
  expect(readme).toContain(waysTable())
})

test.each(ways.flatMap(({ tests: named }) => named))('%s is a test', (name) => {
  const [file = '', ...title] = name.split(': ')
  expect(readFileSync(join(tests, file), 'utf8').includes(title.join(': '))).toBe(true)
})
