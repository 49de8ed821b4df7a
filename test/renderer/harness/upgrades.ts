import type { Upgrades } from '#contract'
import { commit, key, oid } from './world.ts'

const merge = commit('Merge the faster checkout', 60 * 24 * 7)

/** What is in an upgrade: two versions that went apart, an image without a source, and a version that nobody can find. */
export const upgrades: Upgrades = {
  upgrades: [
    {
      image: 'ghcr.io/shop/web',
      from: '1.4.0',
      to: '1.5.0',
      places: [{ key: key('Deployment', 'web'), container: 'web' }],
      found: {
        kind: 'commits',
        direction: 'diverged',
        clone: { id: 'clone-2', name: 'web', trusted: true, remote: true },
        folder: 'services/web',
        from: { commit: oid('1.4.0'), how: 'tag v1.4.0' },
        to: { commit: oid('1.5.0'), how: 'tag v1.5.0' },
        brought: {
          commits: [
            { ...merge, parents: [oid('a'), oid('b')] },
            commit('checkout: a faster one', 60 * 24 * 8, 'tomas'),
          ],
          total: 240,
        },
        takenBack: { commits: [commit('a fix on the side', 60 * 24 * 9)], total: 1 },
        cut: true,
      },
    },
    {
      image: 'ghcr.io/shop/proxy',
      from: '2',
      to: '3',
      places: [{ key: key('Deployment', 'web'), container: 'proxy' }],
      found: { kind: 'unnamed' },
    },
    {
      image: 'ghcr.io/shop/jobs',
      from: '7',
      to: '8',
      places: [{ key: key('Deployment', 'jobs'), container: 'jobs' }],
      found: {
        kind: 'unknown',
        failure: {
          code: 'SOURCE_VERSION_MISSING',
          message: 'ghcr.io/shop/jobs 8: none of its usual names is in the source clone.',
          hint: 'Fetch the source clone.',
          retryable: false,
        },
        lookedFor: ['tag 8', 'tag v8'],
        clone: { id: 'clone-3', name: 'jobs', trusted: true, remote: true },
      },
    },
  ],
  problems: [],
  more: 0,
}
