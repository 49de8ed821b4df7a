export { maskText, maskValues, withoutEscapes } from './mask.ts'
