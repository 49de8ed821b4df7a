// `node --import` of this maps `electron` to the fake; everything else is the built app as it is.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: new URL('electron.mjs', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
})
