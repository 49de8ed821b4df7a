export { parsePrompt } from './prompt.ts'
export type { PromptHint } from './prompt.ts'
export { pauseBeforeFetch } from './back-off.ts'
export { parseProgress, withoutProgress } from './progress.ts'
