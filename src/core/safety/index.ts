export { imagesOf } from './images.ts'
export type { LiveObject, LiveOf } from './live.ts'
export { neededKeys } from './configs.ts'
export { safetyReport } from './report.ts'
