export { applyConventions, conventionProblem, ticketMark } from './conventions.ts'
