import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own that can be full or read-only. */
export type SmallDisk = {
  readonly path: string
  /** Leaves so many bytes free. */
  readonly fill: (leave: number) => void
  readonly free: () => void
  readonly readOnly: (on: boolean) => void
  readonly remove: () => void
}

/** `undefined`, with a loud line, where the system does not let us have one. */
export function openSmallDisk(size: string): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'wheelhouse-disk-'))
  const mount = (...args: readonly string[]) => spawnSync('mount', ['-t', 'tmpfs', ...args, 'tmpfs', path])
  if (process.platform !== 'linux' || mount('-o', `size=${size}`).status !== 0) {
    rmSync(path, { recursive: true })
    console.warn('SKIPPED: a full or read-only disk (no tmpfs can be mounted here; run as root)')
    return undefined
  }
  const ballast = join(path, 'ballast')
  return {
    path,
    fill: (leave) => {
      rmSync(ballast, { force: true })
      const { bavail, bsize } = statfsSync(path)
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
    },
    free: () => rmSync(ballast, { force: true }),
    readOnly: (on) => {
      // Whoever has a file open for writing keeps a disk from becoming read-only; seen by path, a bind mount does not mind.
      if (on) {
        execFileSync('mount', ['--bind', path, path])
        execFileSync('mount', ['-o', 'remount,ro,bind', path])
      } else execFileSync('umount', ['-l', path])
    },
    remove: () => {
      // Lazily: a child that is just ending may still have its folder there.
      execFileSync('umount', ['-l', path])
      rmSync(path, { recursive: true, force: true })
    },
  }
}
