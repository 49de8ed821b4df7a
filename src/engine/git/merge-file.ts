import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#contract'
import { overlap } from './hard-paths.ts'
import type { HardRequest, Merged } from './hard-paths.ts'
import { writeBlob } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import type { TreeEdit } from './write-tree.ts'

// The exit code counts the conflicts; 128 and more is an error (a binary file among them).
const mergeExits = Array.from({ length: 256 }, (_, code) => code)

/** git before 2.38: one file after the other by `merge-file`. */
export async function mergeByFile(git: GitRunner, request: HardRequest): Promise<Merged> {
  const { cwd, quarantine } = request
  const folder = join(quarantine.dir, 'merge')
  await mkdir(folder, { recursive: true })
  const edits: TreeEdit[] = []
  const conflicts: Merged['conflicts'][number][] = []
  for (const { path, from, to } of request.hard) {
    const here = request.head.get(path) ?? to
    for (const [name, oid] of Object.entries({ head: here.oid, base: to.oid, from: from.oid })) {
      const blob = await git.run(['cat-file', 'blob', oid], { cwd, env: quarantine.env })
      await writeFile(join(folder, name), blob.stdout)
    }
    const result = await git.run(['merge-file', '-p', '-q', 'head', 'base', 'from'], {
      cwd: folder,
      env: quarantine.neutralEnv,
      expect: mergeExits,
    })
    const exit = result.exitCode ?? 255
    if (exit === 0)
      edits.push({ path, mode: here.mode, oid: await writeBlob(git, cwd, quarantine, result.stdout) })
    else if (exit < 128) conflicts.push({ path, why: overlap, hunk: new TextDecoder().decode(result.stdout) })
    else conflicts.push({ path, why: whyFailed(path, result.stderr) })
  }
  return { edits, conflicts }
}

function whyFailed(path: string, stderr: string): string {
  if (/binary/i.test(stderr)) return 'It is no text and was changed again since.'
  throw new AppError('GIT_FAILED', { message: `${path}: git merge-file: ${stderr.trim()}`, subject: path })
}
