export { imagesOf } from './images.ts'
export type { LiveObject, LiveOf } from './live.ts'
export { askedKeys, safetyReport } from './report.ts'
