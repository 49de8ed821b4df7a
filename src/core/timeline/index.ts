export * from './duration.ts'
export * from './marks.ts'
export * from './targets.ts'
