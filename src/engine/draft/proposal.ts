import type { Oid } from '#contract'
import { pullRequestPage } from '#core'
import type { PushTarget } from '../git/index.ts'

/** `wheelhouse/<app>-<first of the tree>`: a name that git takes, known before the commit is, so that it can be shown. */
export function proposalName(appName: string, tree: Oid): string {
  const plain = appName
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '')
  return `wheelhouse/${plain === '' ? 'app' : plain}-${tree.slice(0, 7)}`
}

/** The page that opens the pull request; undefined where no form of the remote's address tells who hosts it. */
export function pageOf(
  target: PushTarget,
  proposal: { readonly branch: string; readonly target: string },
): string | undefined {
  const { pushUrl, writtenUrl, fetchUrl, writtenFetchUrl, elsewhere } = target
  const forms = [
    { remoteUrl: pushUrl, fetched: fetchUrl },
    { remoteUrl: writtenUrl, fetched: writtenFetchUrl },
  ]
  const pages = forms.map(({ remoteUrl, fetched }) =>
    pullRequestPage({ remoteUrl, ...proposal, ...(elsewhere ? { targetUrl: fetched } : {}) }),
  )
  return pages.find((page) => page !== undefined)?.url
}
