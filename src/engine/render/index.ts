import { AppError, assertNever } from '#contract'
import type { Problem, Tool } from '#contract'
import { parseManifests } from '#core'
import type { Manifest } from '#core'
import type { WasmPool } from '../wasm/index.ts'
import { renderHelm } from './helm.ts'
import type { HelmOptions } from './helm.ts'
import { renderKustomize } from './kustomize.ts'
import { createMemory } from './memory.ts'
import { renderPlain } from './plain.ts'
import { clean, createReader } from './reader.ts'
import type { Reader } from './reader.ts'
import type { TreeSource } from './source.ts'
import { withoutSecrets } from './without-secrets.ts'

export type { HelmOptions } from './helm.ts'
export type { SourceEntry, TreeSource } from './source.ts'

export type RenderRequest = {
  readonly source: TreeSource
  /** Folder of the app in the repository. */
  readonly path: string
  readonly tool: Tool
  readonly helm?: HelmOptions
  /** Written into namespaced objects that name none. */
  readonly namespace?: string
  /** 30 s unless told. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export type RenderResult = {
  readonly manifests: readonly Manifest[]
  /** Documents that cannot be read; the others are given. */
  readonly problems: readonly Problem[]
  /** What was read, by path and blob; `absent` = looked for in vain. Equal inputs give equal manifests. */
  readonly inputs: readonly { readonly path: string; readonly oid: string }[]
}

export type Renderer = {
  /** `RENDER_*`, `CANCELLED`. Nothing is run but upstream's own code in WebAssembly; no network, no plugins, bounded time and size. */
  readonly render: (request: RenderRequest) => Promise<RenderResult>
}

const defaultTimeoutMs = 30_000
const maxOutput = 64 * 1024 * 1024

export function createRenderer(wasm: WasmPool): Renderer {
  const memory = createMemory()
  const underWay = new Map<string, Promise<RenderResult>>()
  const render = async (key: string, request: RenderRequest): Promise<RenderResult> => {
    const reader = createReader(request.source)
    const folder = await reader.look(request.path)
    if (folder.kind !== 'dir') {
      throw new AppError('RENDER_PATH_MISSING', {
        message: `${request.path}: there is no such folder in this commit.`,
        subject: request.path,
      })
    }
    const rendered = await renderWith(wasm, reader, { ...request, expected: memory.expected(key) }).catch(
      async (error: unknown) => Promise.reject(await withoutSecrets(error, reader, request)),
    )
    const result = { ...rendered, inputs: reader.inputs() }
    // Charts and plain folders read whatever lies in them: their tree belongs to the key, and where links lead out of it there is none.
    if (request.tool === 'kustomize') memory.remember(key, result)
    else if (!reader.followedLinks()) {
      const path = clean(request.path)
      memory.remember(key, result, { path, oid: (await request.source.oidOf(path)) ?? request.source.id })
    }
    return result
  }
  return {
    render: async (request) => {
      const { source } = request
      const key = JSON.stringify([request.tool, request.path, request.helm, request.namespace])
      const likeness = await memory.likeness(key, source)
      const work = async (after: Promise<unknown> | undefined) => {
        await after?.catch(() => undefined)
        return (await memory.recall(key, source)) ?? render(key, request)
      }
      if (likeness === undefined) return work(undefined)
      // Both sides of neighbouring commits are asked for at once: 400 renders for 200 rows, where every other one is known a moment later.
      const working = work(underWay.get(likeness))
      underWay.set(likeness, working)
      return working.finally(() => {
        if (underWay.get(likeness) === working) underWay.delete(likeness)
      })
    },
  }
}

type Expecting = RenderRequest & { readonly expected: readonly string[] }

async function renderWith(
  wasm: WasmPool,
  reader: Reader,
  request: Expecting,
): Promise<Omit<RenderResult, 'inputs'>> {
  const limits = { timeoutMs: request.timeoutMs ?? defaultTimeoutMs, signal: request.signal }
  const path = clean(request.path) === '' ? '.' : clean(request.path)
  switch (request.tool) {
    case 'plain':
      return renderPlain(reader, { path, namespace: request.namespace, ...limits })
    case 'kustomize':
      return parse(
        await renderKustomize(wasm, reader, { path, expected: request.expected, ...limits }),
        request,
      )
    case 'helm':
      if (request.helm === undefined)
        throw new AppError('APP_INVALID', { message: 'A Helm app needs a release name and values.' })
      return parse(
        await renderHelm(wasm, reader, {
          path,
          helm: request.helm,
          expected: request.expected,
          ...limits,
        }),
        request,
      )
    default:
      return assertNever(request.tool)
  }
}

function parse(text: string, request: RenderRequest): Omit<RenderResult, 'inputs'> {
  if (text.length > maxOutput)
    throw new AppError('RENDER_TOO_LARGE', {
      message: `${request.path} renders to ${text.length} characters.`,
      subject: request.path,
    })
  const { manifests, problems } = parseManifests(
    text,
    request.namespace === undefined ? {} : { defaultNamespace: request.namespace },
  )
  // Lines of the rendered text mean nothing to anybody: only plain YAML has places.
  return {
    manifests: manifests.map(({ key, object }) => ({ key, object })),
    problems: problems.map(({ code, message }) => ({ code, message })),
  }
}
