import type { Blame, Input, Origin } from '#contract'
import { bad, commit, good } from './world.ts'

export const imagePath = '.spec.template.spec.containers[name="web"].image'

const overlay = 'apps/shop-web/overlays/prod/kustomization.yaml'
const shared: readonly Origin[] = [
  {
    role: 'base',
    certainty: 'proved',
    share: 'part',
    file: 'apps/shop-web/base/deployment.yaml',
    line: 16,
    text: 'image: registry.example/shop/web:0.0.0',
    commit: commit('shop-web: the first base', 60 * 24 * 40, 'tomas'),
  },
  {
    role: 'transformer',
    certainty: 'proved',
    share: 'part',
    file: overlay,
    line: 8,
    text: 'newTag: "1.6.0"',
    commit: bad,
  },
]

/** Two lines that share an image, one that sets a count, and a field that nobody can prove. */
export function blameOf({ key, path, revision, live }: Input<'blame.field'>): Blame {
  const answer = { key, path, revision: revision ?? bad.oid, notes: [], renders: 3 }
  if (path === imagePath)
    return {
      ...answer,
      value: 'registry.example/shop/web:1.6.0',
      origins: shared,
      ...(live === true
        ? {
            live: {
              state: 'differs',
              value: 'registry.example/shop/web:1.5.0',
              managers: [{ manager: 'kubectl-set', operation: 'Update', at: good.committedAt }],
            } as const,
          }
        : {}),
    }
  if (path === '.spec.replicas')
    return {
      ...answer,
      value: '3',
      origins: [
        {
          role: 'transformer',
          certainty: 'proved',
          share: 'whole',
          file: overlay,
          line: 11,
          text: 'count: 3',
          commit: good,
          boundary: true,
        },
      ],
    }
  return {
    ...answer,
    value: 'a-1',
    origins: [
      {
        role: 'template',
        certainty: 'possible',
        file: 'charts/api/templates/web.yaml',
        text: '',
        why: 'It declares such an object; no line of it could be proved.',
      },
    ],
    notes: ['No line could be proved: with each likely place changed the field stayed as it is.'],
  }
}
