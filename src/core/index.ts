export * from './manifest/index.ts'
export * from './edit/index.ts'
