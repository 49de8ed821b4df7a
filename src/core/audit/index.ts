export { auditCsv, auditMarkdown } from './export.ts'
export { orderEntries } from './entries.ts'
