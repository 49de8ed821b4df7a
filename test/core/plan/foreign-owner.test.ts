import { expect, test } from 'vitest'
import { foreignOwner } from '../../../src/core/index.ts'

const object = (label: string | undefined, ...managers: readonly string[]) => ({
  metadata: {
    labels: label === undefined ? {} : { 'app.kubernetes.io/instance': label },
    managedFields: managers.map((manager) => ({ manager, operation: 'Update' })),
  },
})
const argo = { tool: 'Argo CD', name: 'shop', follows: true }

test.each([
  ['its label on what it has written', object('shop', 'kubectl-edit', 'argocd-controller'), argo],
  ['the manager of its older releases', object('shop', 'argocd-application-controller'), argo],
  ["a chart's label alone, which is everywhere", object('shop', 'helm', 'wheelhouse'), undefined],
  ['what it has written once, without the label', object(undefined, 'argocd-controller'), undefined],
])('Argo CD tracks by label: %s', (_, live, owner) => {
  expect(foreignOwner(live, 'applyset-ours-v1')).toEqual(owner)
})
