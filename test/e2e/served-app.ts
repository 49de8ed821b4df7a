import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { findChromium } from '../../build/chromium.ts'
import { engineEnvironment, engineFlags } from '../../build/engine-node.mjs'

const root = join(import.meta.dirname, '../..')

export type Served = {
  readonly url: string
  readonly pid: number
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>
}

/** Browser mode as a person starts it: the built files in a process of their own, which prints its address. */
export async function serveApp(
  args: readonly string[],
  port = 0,
  {
    nodeArgs = [],
    env = {},
  }: {
    readonly nodeArgs?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<Served> {
  const child = spawn(
    process.execPath,
    [...engineFlags, ...nodeArgs, join(root, 'out/cli/main.js'), ...args, 'serve', '--port', String(port)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...engineEnvironment, ...env },
    },
  )
  const words: string[] = []
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk.toString()))
  const ended = once(child, 'exit')
  const address = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /http:\S+/.exec(line)?.[0]
      if (url !== undefined) resolve(url)
    })
    void ended.then(() => reject(new Error(`serve ended: ${words.join('')}`)))
  })
  return {
    url: await address,
    pid: child.pid ?? 0,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await ended
    },
  }
}

/** A page that fails the test on any error of its own: a broken script must not pass unseen. */
export async function openPage(
  options: { readonly theme?: 'dark' | 'light'; readonly width?: number; readonly height?: number } = {},
): Promise<{ readonly page: Page; readonly browser: Browser; readonly errors: readonly string[] }> {
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.theme ?? 'dark',
    reducedMotion: 'reduce',
  })
  page.setDefaultTimeout(30_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('WebSocket')) errors.push(message.text())
  })
  return { page, browser, errors }
}
