import type { Page } from '@playwright/test'

/** Fonts have come, transitions have ended and nothing of the page has changed for a while: half a change of themes is no picture of either. */
export async function untilStill(page: Page, ms: number): Promise<void> {
  await page.evaluate(async (stillMs) => {
    await document.fonts.ready
    const moving = () =>
      document.getAnimations().filter(({ effect, playState }) => {
        // A spinner never ends.
        const ends = Number.isFinite(Number(effect?.getComputedTiming().endTime ?? 0))
        return ends && playState === 'running'
      })
    await new Promise<void>((resolve) => {
      let timer = setTimeout(resolve, stillMs)
      new MutationObserver(() => {
        clearTimeout(timer)
        timer = setTimeout(resolve, stillMs)
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    while (moving().length > 0) await Promise.allSettled(moving().map(({ finished }) => finished))
  }, ms)
}
