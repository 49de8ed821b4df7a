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

/** A field of a page knows only line feeds: the text gets back the line ends that the file has. */
export function withLineEnds(text: string, like: string): string {
  const ends = [...like.matchAll(/\r?\n/g)].map(([end]) => end)
  const isWindows = ends.length > 0 && ends.every((end) => end === '\r\n')
  return isWindows ? text.replace(/\r?\n/g, '\r\n') : text
}
