import type { StoryCommit } from './story.ts'

/** One commit of the front end's source; `tag` = it was released as this version. */
export type SourceCommit = StoryCommit & { readonly tag?: string }

const day = 24

function commit(
  days: number,
  author: SourceCommit['author'],
  subject: string,
  change: readonly [string, string],
): SourceCommit {
  return { author, hoursBefore: days * day, subject, files: { [change[0]]: `${change[1]}\n` } }
}

/** The source of `registry.shop.example/web`, tagged with the versions that the configuration deploys. */
export const sourceStory: readonly SourceCommit[] = [
  commit(30, 'mira', 'Start the front end', ['README.md', '# web\n\nThe front end of the shop.']),
  commit(29, 'mira', 'catalogue: list products with their pictures', [
    'src/catalogue.ts',
    'export const page = 1',
  ]),
  {
    ...commit(23, 'yuki', 'basket: keep it for a week', ['src/basket.ts', 'export const days = 7']),
    tag: 'v1.2.0',
  },
  commit(22, 'yuki', 'search: find products by their number', [
    'src/search.ts',
    "export const by = 'number'",
  ]),
  commit(21.5, 'mira', 'search: forgive a typing error', ['src/search.ts', 'export const distance = 1']),
  {
    ...commit(20.2, 'tomas', 'Ask the API for ten products at once', [
      'src/api.ts',
      'export const size = 10',
    ]),
    tag: 'v1.3.0',
  },
  commit(18, 'tomas', 'prices: round as the law says', ['src/prices.ts', 'export const digits = 2']),
  commit(16, 'yuki', 'prices: show them with tax', ['src/prices.ts', 'export const tax = true']),
  commit(15, 'mira', 'basket: count what is in it', ['src/basket.ts', 'export const counted = true']),
  {
    ...commit(13.2, 'mira', 'Load pictures when they come into view', [
      'src/pictures.ts',
      'export const lazy = true',
    ]),
    tag: 'v1.4.0',
  },
  commit(11, 'omar', 'Answer /healthz', ['src/health.ts', "export const path = '/healthz'"]),
  commit(9, 'yuki', 'search: remember the last five', ['src/search.ts', 'export const last = 5']),
  commit(8, 'tomas', 'Say it when the API does not answer', ['src/api.ts', 'export const patient = false']),
  commit(6, 'mira', 'catalogue: filter by size and colour', [
    'src/catalogue.ts',
    "export const by = ['size', 'colour']",
  ]),
  {
    ...commit(4.2, 'yuki', 'Less JavaScript on the first page', ['src/main.ts', 'export const split = true']),
    tag: 'v1.5.0',
  },
  commit(3.5, 'mira', 'checkout: one page instead of three', ['src/checkout.ts', 'export const pages = 1']),
  commit(3, 'mira', 'checkout: pay by invoice', [
    'src/checkout.ts',
    "export const pay = ['card', 'invoice']",
  ]),
  commit(2, 'tomas', 'checkout: read the address from the session', [
    'src/session.ts',
    'export const address = session.user.address',
  ]),
  commit(1.2, 'yuki', 'Update the payment library to 4.0', [
    'package.json',
    '{ "dependencies": { "pay": "4.0.0" } }',
  ]),
  {
    ...commit(0.2, 'mira', 'checkout: drop the old pages', [
      'src/checkout.ts',
      'export const old = undefined',
    ]),
    tag: 'v1.6.0-crash',
  },
]
