// How Node is told to keep an engine small. The monorepo of 130,000 commits with 200 rows rendered took 352 MB without these, 270 with them:
// V8 gives young objects up to 48 MB and glibc each thread a heap of its own, and neither comes back.

export const engineFlags = ['--max-semi-space-size=4']
export const engineEnvironment = { MALLOC_ARENA_MAX: '2' }
