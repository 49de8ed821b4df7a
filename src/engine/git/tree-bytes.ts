import { AppError } from '#contract'
import type { Oid } from '#contract'

export type RawEntry = { readonly mode: string; readonly name: string; readonly oid: Oid }

/**
 * A tree object's own bytes: mode, space, name, NUL, the oid's bytes (20, or 32 in a sha256 repository: as many as `tree` itself has). Names
 * with a backslash are read as they are; what is no UTF-8 carries U+FFFD and is refused when somebody asks for it. `REPO_CORRUPT`: bytes of
 * another shape. `REPO_UNSAFE_NAMES`: what git itself would never check out.
 */
export function parseTreeBytes(bytes: Uint8Array, tree: Oid): readonly RawEntry[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hashBytes = tree.length / 2
  const entries: RawEntry[] = []
  const names = new Set<string>()
  for (let at = 0; at < buffer.length;) {
    const space = buffer.indexOf(32, at)
    const end = buffer.indexOf(0, space)
    const mode = buffer.toString('latin1', at, Math.min(Math.max(space, at), at + 7))
    if (space < 0 || end < 0 || end + hashBytes >= buffer.length || !/^[0-7]{1,6}$/.test(mode))
      throw broken(tree)
    // Two names that are no UTF-8 may look alike and are still two.
    const name = buffer.toString('utf8', space + 1, end)
    if (isUnsafeName(name) || (names.has(name) && !name.includes('\uFFFD'))) throw unsafe(tree, name)
    names.add(name)
    const next = end + 1 + hashBytes
    entries.push({ mode: mode.padStart(6, '0'), name, oid: buffer.toString('hex', end + 1, next) })
    at = next
  }
  return entries
}

/**
 * One entry of a tree by its name, without making entries of the others: a folder of 400 apps is another tree in each commit. What is looked at is
 * refused as above; names that are not asked for are not looked at.
 */
export function findInTree(bytes: Uint8Array, tree: Oid, name: string): RawEntry | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wanted = Buffer.from(name)
  const hashBytes = tree.length / 2
  let found: RawEntry | undefined
  for (let at = 0; at < buffer.length;) {
    const space = buffer.indexOf(32, at)
    const end = buffer.indexOf(0, at)
    if (space < 0 || end < space || space - at > 6 || end + hashBytes >= buffer.length) throw broken(tree)
    const next = end + 1 + hashBytes
    const from = space + 1
    if (end - from === wanted.length && buffer.compare(wanted, 0, wanted.length, from, end) === 0) {
      const mode = buffer.toString('latin1', at, space)
      if (!/^[0-7]{1,6}$/.test(mode)) throw broken(tree)
      if (isUnsafeName(name) || found !== undefined) throw unsafe(tree, name)
      found = { mode: mode.padStart(6, '0'), name, oid: buffer.toString('hex', end + 1, next) }
    }
    at = next
  }
  return found
}

/** What HFS+ leaves out when it compares names. */
const ignored = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** Names that climb out of a folder, hold one, or are `.git` on some file system (git's own rules in `verify_path`, on every system). */
export function isUnsafeName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) return true
  const first = name.codePointAt(0) ?? 0
  // Names of this kind are rare; a monorepo has a million others.
  if (first !== 46 && first !== 71 && first !== 103 && first < 0x200c) return false
  const folded = name.replaceAll(ignored, '').toLowerCase()
  return /^(\.git|git~1)[ .]*(:.*)?$/.test(folded)
}

function broken(tree: Oid): AppError {
  return new AppError('REPO_CORRUPT', {
    message: `${tree} cannot be read: its bytes are those of no tree.`,
    subject: tree,
  })
}

function unsafe(tree: Oid, name: string): AppError {
  const shown = JSON.stringify(name)
  return new AppError('REPO_UNSAFE_NAMES', {
    message: `The folder ${tree} has an entry named ${shown}, which Git would not check out.`,
    subject: shown,
  })
}
