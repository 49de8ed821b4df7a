import type { Resolution } from '#contract'

/** With this answer; an earlier one to the same conflict goes. */
export function answered(resolutions: readonly Resolution[], resolution: Resolution): readonly Resolution[] {
  return [...withoutAnswer(resolutions, resolution.token), resolution]
}

export function withoutAnswer(resolutions: readonly Resolution[], token: string): readonly Resolution[] {
  return resolutions.filter((one) => one.token !== token)
}

/** Lines that git leaves where two changes meet. */
export function markersIn(text: string): number {
  return [...text.matchAll(/^(?:<{7} |={7}$|>{7} )/gm)].length
}
