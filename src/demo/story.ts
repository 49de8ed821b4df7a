import { api, chart, jobs, web } from './story-files.ts'

/** One commit of the demo's history: files to write (`null` removes one). */
export type StoryCommit = {
  readonly subject: string
  readonly body?: string
  readonly author: keyof typeof authors
  /** Hours before the newest commit. */
  readonly hoursBefore: number
  readonly files: Readonly<Record<string, string | null>>
}

export const authors = {
  mira: { name: 'Mira Lindqvist', email: 'mira@shop.example' },
  tomas: { name: 'Tomás Ferreira', email: 'tomas@shop.example' },
  yuki: { name: 'Yuki Tanaka', email: 'yuki@shop.example' },
  omar: { name: 'Omar Haddad', email: 'omar@shop.example' },
} as const

const day = 24

/** Three weeks of a small shop: upgrades, scaling, a shared base, commits that touch no app, and on top a release that crashes. */
export const story: readonly StoryCommit[] = [
  {
    author: 'mira',
    hoursBefore: 23 * day,
    subject: 'Start the configuration repository',
    files: { 'README.md': '# shop-config\n\nWhat runs in the shop. Change it here, by commit.\n' },
  },
  {
    author: 'mira',
    hoursBefore: 22.8 * day,
    subject: 'web: deploy the shop front end',
    files: web.files({ image: '1.2.0' }),
  },
  {
    author: 'tomas',
    hoursBefore: 22 * day,
    subject: 'api: deploy the shop API as a chart',
    files: chart.files({ image: '3.0.1' }),
  },
  {
    author: 'omar',
    hoursBefore: 21 * day,
    subject: 'jobs: nightly report and the queue worker',
    files: jobs.files({ image: '0.9.0', replicas: 1 }),
  },
  {
    author: 'mira',
    hoursBefore: 20 * day,
    subject: 'web: 1.3.0 to staging',
    files: web.staging({ image: '1.3.0' }),
  },
  {
    author: 'mira',
    hoursBefore: 19.5 * day,
    subject: 'web: 1.3.0 to prod',
    files: web.prod({ image: '1.3.0', replicas: 2 }),
  },
  {
    author: 'yuki',
    hoursBefore: 18 * day,
    subject: 'docs: how to roll back',
    files: { 'docs/rollback.md': '# Rolling back\n\nRevert the commit; the cluster follows.\n' },
  },
  {
    author: 'tomas',
    hoursBefore: 17 * day,
    subject: 'api: 3.1.0',
    files: api.images({ staging: '3.1.0', prod: '3.1.0' }),
  },
  {
    author: 'tomas',
    hoursBefore: 16 * day,
    subject: 'api: three replicas in prod for the sale',
    files: api.prod({ image: '3.1.0', replicas: 3 }),
  },
  {
    author: 'yuki',
    hoursBefore: 15 * day,
    subject: 'web: memory limits in the shared base',
    files: web.base({ memory: '256Mi' }),
  },
  {
    author: 'omar',
    hoursBefore: 14 * day,
    subject: 'jobs: worker 0.9.2',
    files: jobs.files({ image: '0.9.2', replicas: 1 }),
  },
  {
    author: 'mira',
    hoursBefore: 13 * day,
    subject: 'web: 1.4.0 to staging',
    files: web.staging({ image: '1.4.0' }),
  },
  {
    author: 'mira',
    hoursBefore: 12.5 * day,
    subject: 'web: 1.4.0 to prod',
    files: web.prod({ image: '1.4.0', replicas: 2 }),
  },
  {
    author: 'yuki',
    hoursBefore: 11 * day,
    subject: 'ci: check the manifests on every pull request',
    files: { '.github/workflows/check.yaml': 'name: check\non: [pull_request]\njobs: {}\n' },
  },
  {
    author: 'tomas',
    hoursBefore: 10 * day,
    subject: 'web: show prices with tax (banner text)',
    files: web.config({ banner: 'Prices include tax', memory: '256Mi' }),
  },
  {
    author: 'mira',
    hoursBefore: 9 * day,
    subject: 'web: three replicas in prod',
    files: web.prod({ image: '1.4.0', replicas: 3 }),
  },
  {
    author: 'tomas',
    hoursBefore: 8 * day,
    subject: 'api: 3.2.0 to staging',
    files: api.images({ staging: '3.2.0', prod: '3.1.0' }),
  },
  {
    author: 'tomas',
    hoursBefore: 7.5 * day,
    subject: 'api: 3.2.0 to prod',
    files: api.prod({ image: '3.2.0', replicas: 3 }),
  },
  {
    author: 'omar',
    hoursBefore: 7 * day,
    subject: 'jobs: two queue workers',
    files: jobs.files({ image: '0.9.2', replicas: 2 }),
  },
  {
    author: 'yuki',
    hoursBefore: 6 * day,
    subject: 'docs: who to call',
    files: { 'docs/on-call.md': '# On call\n\nWeb: Mira. API: Tomás. Jobs: Omar.\n' },
  },
  {
    author: 'yuki',
    hoursBefore: 5 * day,
    subject: 'web: readiness probe in the shared base',
    files: web.config({ banner: 'Prices include tax', memory: '256Mi', probe: true }),
  },
  {
    author: 'mira',
    hoursBefore: 4 * day,
    subject: 'web: 1.5.0 to staging',
    files: web.staging({ image: '1.5.0' }),
  },
  {
    author: 'mira',
    hoursBefore: 3 * day,
    subject: 'web: 1.5.0 to prod',
    files: web.prod({ image: '1.5.0', replicas: 3 }),
  },
  {
    author: 'omar',
    hoursBefore: 1.5 * day,
    subject: 'readme: list the apps',
    files: {
      'README.md':
        '# shop-config\n\nWhat runs in the shop. Change it here, by commit.\n\n- shop-web\n- shop-api\n- shop-jobs\n',
    },
  },
  {
    author: 'mira',
    hoursBefore: 0,
    subject: 'web: 1.6.0 to prod',
    body: 'The new checkout. Skipped staging, the sale starts tonight.',
    files: web.prod({ image: '1.6.0-crash', replicas: 3 }),
  },
]
