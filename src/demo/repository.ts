import fs from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import git from 'isomorphic-git'
import { authors, story } from './story.ts'
import type { StoryCommit } from './story.ts'

export type DemoRepository = {
  readonly clone: string
  readonly remote: string
  readonly commits: readonly string[]
}

/**
 * Makes the demo's clone and its bare remote. Equal `endsAt` (ISO time of the newest commit) gives equal commit ids; no git is needed, so the
 * operator's configuration plays no part in it.
 */
export async function createDemoRepository(folder: string, endsAt: string): Promise<DemoRepository> {
  const clone = join(folder, 'shop-config')
  const remote = join(folder, 'shop-config.git')
  await rm(clone, { recursive: true, force: true })
  await rm(remote, { recursive: true, force: true })
  await mkdir(clone, { recursive: true })
  const place = { fs, dir: clone }
  await git.init({ ...place, defaultBranch: 'main' })
  await git.setConfig({ ...place, path: 'user.name', value: 'You (demo)' })
  await git.setConfig({ ...place, path: 'user.email', value: 'you@shop.example' })
  const commits = await playStory(clone, story, Date.parse(endsAt) / 1000)
  await publish(clone, remote, commits.at(-1) ?? '')
  return { clone, remote, commits }
}

/** Commits one entry after the other; `end` is the time of the newest, in seconds since 1970. */
export async function playStory(
  clone: string,
  entries: readonly StoryCommit[],
  end: number,
): Promise<readonly string[]> {
  const place = { fs, dir: clone }
  const commits: string[] = []
  for (const entry of entries) {
    await Promise.all(Object.entries(entry.files).map(([path, text]) => put(clone, path, text)))
    for (const [path, text] of Object.entries(entry.files)) {
      await (text === null ? git.remove({ ...place, filepath: path }) : git.add({ ...place, filepath: path }))
    }
    const author = {
      ...authors[entry.author],
      timestamp: Math.round(end - entry.hoursBefore * 3600),
      timezoneOffset: 0,
    }
    const message = entry.body === undefined ? entry.subject : `${entry.subject}\n\n${entry.body}`
    commits.push(await git.commit({ ...place, message, author, committer: author }))
  }
  return commits
}

async function put(clone: string, path: string, text: string | null): Promise<void> {
  const file = join(clone, path)
  if (text === null) return rm(file)
  await mkdir(dirname(file), { recursive: true })
  return writeFile(file, text)
}

/** A bare copy of the clone's `.git`, and the clone's view of it. */
async function publish(clone: string, remote: string, tip: string): Promise<void> {
  await mkdir(remote)
  for (const part of ['objects', 'refs', 'HEAD'])
    await cp(join(clone, '.git', part), join(remote, part), { recursive: true })
  await writeFile(
    join(remote, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n',
  )
  const place = { fs, dir: clone }
  await git.addRemote({ ...place, remote: 'origin', url: remote })
  await git.writeRef({ ...place, ref: 'refs/remotes/origin/main', value: tip, force: true })
  await git.setConfig({ ...place, path: 'branch.main.remote', value: 'origin' })
  await git.setConfig({ ...place, path: 'branch.main.merge', value: 'refs/heads/main' })
}
