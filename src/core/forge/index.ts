export { pullRequestPage } from './pull-request-page.ts'
export type { PullRequestPage, PullRequestQuestion } from './pull-request-page.ts'
export { isProposable, isProtection, pageFromPush } from './push-words.ts'
export { isSameRepository } from './same-repository.ts'
