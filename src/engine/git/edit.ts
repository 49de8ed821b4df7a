import { AppError } from '#contract'
import type { Oid } from '#contract'
import { redactYaml } from '#core'
import { readFileEntries } from './entries.ts'
import { decodeText } from './file-diff.ts'
import { writeBlob } from './quarantine.ts'
import type { Quarantine } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import type { TreeEdit } from './write-tree.ts'

export type FileEdit = { readonly path: string; readonly bytes: Uint8Array; readonly mode?: string }

/** Entries that give files new bytes; modes stay, a new file gets 100644. `EDIT_REFUSED` for what is no plain text in the repository. */
export async function fileEdits(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly quarantine: Quarantine
    readonly base: Oid
    readonly files: readonly FileEdit[]
    readonly read: (oid: Oid) => Promise<Uint8Array>
  },
): Promise<readonly TreeEdit[]> {
  const { cwd, quarantine, base, files } = request
  const before = await readFileEntries(git, {
    cwd,
    tree: base,
    paths: files.map(({ path }) => path),
    env: quarantine.env,
  })
  return Promise.all(
    files.map(async ({ path, bytes, mode }) => {
      const entry = before.find((candidate) => candidate.path === path)
      if (entry !== undefined) refuse(path, whyOpaque(entry.mode, await request.read(entry.oid)))
      return {
        path,
        mode: mode ?? entry?.mode ?? '100644',
        oid: await writeBlob(git, cwd, quarantine, bytes),
      }
    }),
  )
}

const pointer = 'version https://git-lfs.github.com/spec/'

/** The bytes in the repository are not the file that the user sees: editing them as text would destroy it. */
function whyOpaque(mode: string, bytes: Uint8Array): string | undefined {
  if (mode === '120000') return 'it is a symbolic link'
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  if (start.startsWith(pointer)) return 'it is stored by Git LFS'
  if (start.startsWith('\0GITCRYPT')) return 'it is encrypted by git-crypt'
  return isSops(bytes) ? 'it is encrypted by SOPS' : undefined
}

/** Why a file may not be written by hand from what is shown of it: it is no plain text, or masking hides something of it. */
export function whyNotByHand(mode: string, bytes: Uint8Array): string | undefined {
  const text = decodeText(bytes)
  if (text === undefined) return 'it is no text'
  return whyOpaque(mode, bytes) ?? (redactYaml(text) === text ? undefined : 'it holds secrets')
}

/** SOPS writes its own section and marks each value; a text edit would break the file's MAC. */
function isSops(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1')
  return text.includes('ENC[AES256_GCM,') && /^\s*"?sops"?:/m.test(text)
}

function refuse(path: string, why: string | undefined): void {
  if (why !== undefined) throw new AppError('EDIT_REFUSED', { message: `${path}: ${why}.`, subject: path })
}
