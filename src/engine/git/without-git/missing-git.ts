import { AppError } from '#contract'

/** What cannot be done without the user's git. */
function gitMissing(what: string): AppError {
  return new AppError('GIT_MISSING', {
    message: `git was not found on the PATH: ${what} needs it. Clones can be read meanwhile.`,
    action: 'open-doctor',
    retryable: true,
  })
}

export function refuse(what: string): () => Promise<never> {
  return () => Promise.reject(gitMissing(what))
}
