import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from '@playwright/test'
import { expect, test } from 'vitest'
import { buildAll } from '../../build/build.ts'
import { findDesktop } from '../../build/desktop.ts'

test('the real Electron shows the first window, sandboxed, over app://', async () => {
  const desktop = await findDesktop()
  if ('why' in desktop) throw new Error(`The layer should have been skipped: ${desktop.why}`)
  await buildAll()
  const userData = mkdtempSync(join(tmpdir(), 'wheelhouse-smoke-'))
  const app = await _electron.launch({
    executablePath: desktop.binary,
    args: [join(import.meta.dirname, '../..'), `--user-data-dir=${userData}`],
  })
  try {
    const page = await app.firstWindow()
    await page.getByText('Welcome to Wheelhouse').waitFor()
    expect(page.url()).toMatch(/^app:\/\/wheelhouse\//)
    expect(await page.evaluate('typeof require + typeof process')).toBe('undefinedundefined')
  } finally {
    await app.close()
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
  }
})
