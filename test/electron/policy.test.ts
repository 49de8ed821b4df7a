import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentSecurityPolicy, fileOf, isOwnPage, mayOpenOutside } from '../../electron/policy.ts'
import { menuTemplate } from '../../electron/menu.ts'
import { readWindowState, visibleBounds } from '../../electron/window-state.ts'

test.each([
  ['app://wheelhouse/', true],
  ['app://wheelhouse/#/apps', true],
  ['app://other/', false],
  ['https://wheelhouse/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['not a url', false],
])('a window may be at %s: %s', (url, expected) => {
  expect(isOwnPage(url)).toBe(expected)
})

test.each([
  ['https://github.com/org/repo', true],
  ['http://github.com/', false],
  ['https://user:secret@github.com/', false],
  ['https://localhost/', false],
  ['file:///etc/passwd', false],
  ['mailto:a@b.c', false],
  ['smb://host/share', false],
])('the browser may be opened at %s: %s', (url, expected) => {
  expect(mayOpenOutside(url)).toBe(expected)
})

test.each([
  ['app://wheelhouse/', 'index.html'],
  ['app://wheelhouse/assets/a.js', 'assets/a.js'],
  ['app://wheelhouse/%2e%2e/%2e%2e/etc/passwd', 'etc/passwd'],
  ['app://wheelhouse/a%2f..%2f..%2fb', undefined],
  ['app://wheelhouse/a%5c..%5cb', undefined],
  ['app://wheelhouse/%00', undefined],
  ['app://wheelhouse/%', undefined],
  ['app://elsewhere/index.html', undefined],
])('%s names the file %s', (url, expected) => {
  expect(fileOf(url)).toBe(expected)
})

test('the policy allows no evaluation, no inline script and no address but its own', () => {
  const policy = contentSecurityPolicy('abc')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('unsafe-eval')
  expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/)
})

test('a window comes back where it was, unless that screen is gone', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }]
  const bounds = { x: 100, y: 50, width: 1280, height: 800 }
  expect(visibleBounds(bounds, screens)).toEqual(bounds)
  expect(visibleBounds({ ...bounds, x: 2500 }, screens)).toBeUndefined()
  expect(visibleBounds({ ...bounds, y: -900 }, screens)).toBeUndefined()
  expect(visibleBounds({ ...bounds, width: 10 }, screens)).toBeUndefined()
})

test('a window file that is broken or holds something else costs only the place', () => {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-window-'))
  const file = join(dir, 'window.json')
  const initial = { bounds: undefined, maximized: false }
  expect(readWindowState(file)).toEqual(initial)
  for (const text of ['{', '[]', '{"maximized":true,"bounds":{"x":"1"}}', 'null']) {
    writeFileSync(file, text)
    expect(readWindowState(file)).toEqual(initial)
  }
  rmSync(dir, { recursive: true })
})

test('each platform has its menu: quit is in the app menu on macOS and under File elsewhere', () => {
  const roles = (platform: string) => JSON.stringify(menuTemplate({ platform, development: false }))
  expect(roles('darwin')).toContain('appMenu')
  expect(roles('linux')).toContain('"role":"quit"')
  expect(roles('win32')).not.toContain('toggleDevTools')
})
