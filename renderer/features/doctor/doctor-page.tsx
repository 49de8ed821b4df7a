import { Button } from '@mantine/core'
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleMinus,
  IconCircleXFilled,
} from '@tabler/icons-react'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Check } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { LoadView } from '../../ui/load-view.tsx'
import page from '../../ui/page.module.css'
import { Card, Page } from '../../ui/page.tsx'
import { useStores } from '../../ui/use-stores.ts'

const looks = {
  ok: { Icon: IconCircleCheckFilled, tone: 'ok', words: 'fine' },
  warn: { Icon: IconAlertTriangleFilled, tone: 'warn', words: 'look at it' },
  fail: { Icon: IconCircleXFilled, tone: 'bad', words: 'not fine' },
  skipped: { Icon: IconCircleMinus, tone: 'dim', words: 'not checked' },
} as const satisfies Record<Check['state'], unknown>

/** Each check with what was found and how to mend it. */
export function DoctorPage() {
  const { link } = useStores()
  const checks = useMemo(() => createAsk(link, 'doctor.run'), [link])
  const load = useStore(checks.store)
  const run = () => void checks.ask({})
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(run, [checks])
  return (
    <Page
      title="Doctor"
      actions={
        <Button variant="default" onClick={run}>
          Check again
        </Button>
      }
    >
      <LoadView load={load} waitsFor="Checking git, the shell, kubeconfigs and certificates." onRetry={run}>
        {(found) => (
          <Card>
            <ul className={page.rows} aria-label="Checks">
              {found.map((check) => (
                <CheckRow key={check.id} check={check} />
              ))}
            </ul>
          </Card>
        )}
      </LoadView>
    </Page>
  )
}

function CheckRow({ check: { title, state, found, fix } }: { readonly check: Check }) {
  const { Icon, tone, words } = looks[state]
  return (
    <li data-check={state}>
      <span data-tone={tone} style={{ display: 'inline-flex' }} role="img" aria-label={words}>
        <Icon size={18} aria-hidden />
      </span>
      <div className="grow">
        <b>{title}</b> <span className="dim">{found}</span>
        {fix === undefined ? null : <div>{fix}</div>}
      </div>
    </li>
  )
}
