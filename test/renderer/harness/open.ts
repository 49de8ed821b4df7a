import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { build } from 'vite'
import { api, serve } from '#contract'
import { findChromium } from '../../../build/chromium.ts'
import { rendererConfig } from '../../../build/renderer.config.ts'
import { servePipes } from '../../../src/web/serve-pipes.ts'
import { createStage } from './handlers.ts'
import type { Stage } from './handlers.ts'

/** The built window in a real browser over the real pipe and WebSocket; only the engine behind it is a stage. */
export type Harness = {
  readonly open: (options?: OpenOptions) => Promise<Opened>
  readonly close: () => Promise<void>
}
export type OpenOptions = {
  readonly route?: string
  readonly stage?: Stage
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
}
export type Opened = {
  readonly page: Page
  readonly stage: Stage
  /** What the page complained about; a test expects it to be empty. */
  readonly complaints: readonly string[]
  readonly cut: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function createHarness(): Promise<Harness> {
  const rendererDir = await mkdtemp(join(tmpdir(), 'wheelhouse-renderer-'))
  const config = rendererConfig()
  await build({ ...config, build: { ...config.build, outDir: rendererDir } })
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
  return {
    open: (options) => openPage(browser, rendererDir, options ?? {}),
    close: async () => {
      await browser.close()
      await rm(rendererDir, { recursive: true, force: true })
    },
  }
}

async function openPage(browser: Browser, rendererDir: string, options: OpenOptions): Promise<Opened> {
  const stage = options.stage ?? createStage()
  const pipes = new Set<{ readonly close: () => void }>()
  const complaints: string[] = []
  const server = await servePipes({
    rendererDir,
    port: 0,
    log: ({ level, message }) => {
      if (level === 'error') complaints.push(message)
    },
    onPipe: (pipe) => {
      pipes.add(pipe)
      serve(api, stage.handlers, pipe, { onError: (error) => complaints.push(String(error)) })
    },
  })
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.dark === false ? 'light' : 'dark',
    reducedMotion: 'reduce',
  })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${server.url}&${options.route ?? '/apps'}`)
  return {
    page,
    stage,
    complaints,
    cut: async () => {
      for (const pipe of pipes) pipe.close()
      pipes.clear()
      await Promise.resolve()
    },
    close: async () => {
      await page.close()
      await server.close()
    },
  }
}
