export * from './duration.ts'
export * from './marks.ts'
export * from './moves.ts'
export * from './targets.ts'
