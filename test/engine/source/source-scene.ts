import type { AppSource, ImageUpgrade, SourceFound } from '#contract'
import { imageChanges, parseManifests } from '#core'
import { readUpgrades } from '../../../src/engine/source/index.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

/** A source clone, and what an app that names it is told about its upgrades. */
export type SourceScene = {
  readonly repo: TestRepo
  readonly git: ReturnType<typeof createTestGit>
  readonly upgrade: (
    from: string,
    to: string,
    source?: Partial<AppSource>,
    labels?: Labels,
  ) => Promise<ImageUpgrade>
  readonly remove: () => void
}
type Labels = readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>]

export function openSourceScene(): SourceScene {
  const repo = createTestRepo()
  const git = createTestGit()
  return {
    repo,
    git,
    upgrade: async (from, to, source = {}, labels = [{}, {}]) => {
      const changes = imageChanges(manifests(from, labels[0]), manifests(to, labels[1]))
      const clone = { id: 'c', name: 'web', trusted: false, remote: true }
      const ports = {
        cloneOf: (id: string) =>
          id === 'c'
            ? { describe: () => Promise.resolve(clone), open: () => git.open(repo.clone) }
            : undefined,
      }
      const [upgrade] = await readUpgrades(ports, [{ image: '*', cloneId: 'c', ...source }], changes)
      if (upgrade === undefined) throw new Error('No image changes.')
      return upgrade
    },
    remove: () => {
      git.close()
      repo.remove()
    },
  }
}

function manifests(image: string, annotations: Readonly<Record<string, string>>) {
  const containers = [{ name: 'web', image }]
  const template = { metadata: { annotations }, spec: { containers } }
  return parseManifests(
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template },
    }),
  ).manifests
}

/** An answer in short: `upgrade: +two +three` or its code. */
export function told(found: SourceFound): string {
  if (found.kind === 'unnamed') return 'unnamed'
  if (found.kind === 'unknown') return found.failure.code
  const signed = (sign: string, { commits }: typeof found.brought) =>
    commits.map(({ subject }) => ` ${sign}${subject}`)
  return `${found.direction}:${[...signed('+', found.brought), ...signed('-', found.takenBack)].join('')}`
}
