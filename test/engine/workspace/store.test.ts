import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { initialSettings, openWorkspace } from '../../../src/engine/workspace/index.ts'
import { dataFolder } from '../../../src/engine/workspace/index.ts'
import { closeAfter, newFolder, now, startActor } from './folder.ts'

async function open(folder: string) {
  const workspace = await openWorkspace(folder, now)
  closeAfter(workspace.close)
  return workspace.store
}
const fileIn = (folder: string) => join(folder, 'workspace.json')
const readRaw = async (folder: string) => JSON.parse(await readFile(fileIn(folder), 'utf8')) as unknown

const app = (name: string) => ({
  id: name,
  spec: { name, cloneId: 'c1', path: 'apps/web', branch: 'main', tool: 'plain', cruise: 'off' } as const,
})

test('begins with the usual settings, and keeps what is changed', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  expect(store.state()).toMatchObject({ settings: initialSettings, clones: [], apps: [] })
  await store.update((state) => ({
    ...state,
    settings: { ...state.settings, theme: 'dark' },
    apps: [app('web')],
  }))
  const again = await open(folder)
  expect(again.state()).toEqual(store.state())
  expect(again.state().settings.theme).toBe('dark')
})

test.each([
  ['cut off', '{"version":1,"settings":{"the'],
  ['of another shape', '{"version":1,"settings":[],"clones":{},"apps":3}'],
  ['empty', ''],
  [
    'an app that is none',
    JSON.stringify({ version: 1, settings: initialSettings, clones: [], apps: [{ id: 'x' }] }),
  ],
])('a broken file (%s) is kept aside, said, and a fresh one begun', async (_name, text) => {
  const folder = await newFolder()
  await writeFile(fileIn(folder), text)
  const store = await open(folder)
  const aside = `${fileIn(folder)}.broken-2026-01-02T03-04-05-000Z`
  expect(store.notices()).toEqual([`${fileIn(folder)} could not be read; it was kept as ${aside}.`])
  expect(await readFile(aside, 'utf8')).toBe(text)
  await store.update((state) => ({ ...state, apps: [app('web')] }))
  expect((await open(folder)).state().apps).toHaveLength(1)
})

test('the file of a newer version is refused and left as it is', async () => {
  const folder = await newFolder()
  const text = JSON.stringify({ version: 2, everything: 'else' })
  await writeFile(fileIn(folder), text)
  await expect(openWorkspace(folder, now)).rejects.toMatchObject({ code: 'SETTINGS_NEWER' })
  expect(await readFile(fileIn(folder), 'utf8')).toBe(text)
  // Also when it appears while the workspace is open.
  const other = await newFolder()
  const store = await open(other)
  await writeFile(fileIn(other), text)
  await expect(store.update((state) => state)).rejects.toMatchObject({ code: 'SETTINGS_NEWER' })
  expect(await readFile(fileIn(other), 'utf8')).toBe(text)
})

test('keys that this version does not know outlive its changes, at every depth', async () => {
  const folder = await newFolder()
  await writeFile(
    fileIn(folder),
    JSON.stringify({
      version: 1,
      later: { a: 1 },
      settings: {
        ...initialSettings,
        gitPath: '/usr/bin/git',
        telescope: 'on',
        contexts: { prod: { protected: true, flag: 7 } },
      },
      clones: [],
      apps: [
        { ...app('web'), starred: true },
        { ...app('api'), starred: false },
      ],
    }),
  )
  const store = await open(folder)
  await store.update(({ settings: { gitPath: _gone, ...settings }, ...state }) => ({
    ...state,
    settings: { ...settings, theme: 'light' },
    apps: [app('jobs'), ...state.apps.filter(({ id }) => id !== 'web')],
  }))
  const raw = await readRaw(folder)
  expect(raw).toMatchObject({
    later: { a: 1 },
    settings: { theme: 'light', telescope: 'on', contexts: { prod: { protected: true, flag: 7 } } },
    apps: [{ id: 'jobs' }, { id: 'api', starred: false }],
  })
  expect(raw).not.toHaveProperty('settings.gitPath')
  expect(raw).not.toHaveProperty('apps.0.starred')
})

test('a setting that an older version did not know has its usual value', async () => {
  const folder = await newFolder()
  await writeFile(
    fileIn(folder),
    JSON.stringify({ version: 1, settings: { theme: 'dark' }, clones: [], apps: [] }),
  )
  expect((await open(folder)).state().settings).toEqual({ ...initialSettings, theme: 'dark' })
})

test('never writes what it could not read again', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  await store.update((state) => ({ ...state, apps: [app('web')] }))
  const before = await readFile(fileIn(folder), 'utf8')
  await expect(store.update((state) => ({ ...state, apps: [{ id: 'x' } as never] }))).rejects.toThrow()
  expect(await readFile(fileIn(folder), 'utf8')).toBe(before)
  expect((await readdir(folder)).filter((name) => name.includes('.lock'))).toEqual([])
})

test('no change of several processes at once is lost', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  const actors = [1, 2, 3].map(() => startActor('updater', folder))
  for (let n = 0; n < 10; n++)
    await store.update((state) => ({
      ...state,
      clones: [...state.clones, { id: `own-${n}`, name: 'x', path: '/x' }],
    }))
  for (const actor of actors) expect(await actor.line()).toBe('done')
  const { clones } = (await open(folder)).state()
  expect(new Set(clones.map(({ id }) => id)).size).toBe(3 * 25 + 10)
})

test('hears of the change of another process', async () => {
  const folder = await newFolder()
  const [mine, other] = [await open(folder), await open(folder)]
  const heard = new Promise<void>((resolve) => void mine.onChange(resolve))
  await other.update((state) => ({ ...state, apps: [app('web')] }))
  await heard
  expect(mine.state().apps.map(({ id }) => id)).toEqual(['web'])
})

test('the folder is where the platform has such folders', () => {
  expect(dataFolder({ WHEELHOUSE_DATA: '/x' }, 'linux', '/home/mia')).toBe('/x')
  expect(dataFolder({}, 'linux', '/home/mia')).toBe('/home/mia/.local/share/wheelhouse')
  expect(dataFolder({ XDG_DATA_HOME: '/data' }, 'linux', '/home/mia')).toBe('/data/wheelhouse')
  expect(dataFolder({ XDG_DATA_HOME: 'relative' }, 'linux', '/home/mia')).toBe(
    '/home/mia/.local/share/wheelhouse',
  )
  expect(dataFolder({}, 'darwin', '/Users/mia')).toBe('/Users/mia/Library/Application Support/Wheelhouse')
  expect(dataFolder({ APPDATA: '/roaming' }, 'win32', '/mia')).toBe('/roaming/Wheelhouse')
})

test('DISK_FAILED: a workspace that cannot be read is not taken for an empty one', async () => {
  const folder = await newFolder()
  await mkdir(fileIn(folder))
  await expect(openWorkspace(folder, now)).rejects.toMatchObject({ code: 'DISK_FAILED' })
})
