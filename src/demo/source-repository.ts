import fs from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import git from 'isomorphic-git'
import { playStory } from './repository.ts'
import { sourceStory } from './source-story.ts'

/** Makes the clone of the front end's source with its tags; equal `endsAt` gives equal commit ids, as in the configuration. */
export async function createSourceRepository(clone: string, endsAt: string): Promise<void> {
  await rm(clone, { recursive: true, force: true })
  await mkdir(clone, { recursive: true })
  const place = { fs, dir: clone }
  await git.init({ ...place, defaultBranch: 'main' })
  const commits = await playStory(clone, sourceStory, Date.parse(endsAt) / 1000)
  for (const [index, { tag }] of sourceStory.entries())
    if (tag !== undefined) await git.tag({ ...place, ref: tag, object: commits[index] })
}
