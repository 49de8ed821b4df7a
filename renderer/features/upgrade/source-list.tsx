import { Button } from '@mantine/core'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { AppSource, AppSpec } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { valueOf } from '../../stores/load.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import { SourceFields } from './source-fields.tsx'
import styles from './upgrade.module.css'

/** The source clones of an app in its form, with proposals that wait to be taken. */
export function SourceList({
  spec,
  onChange,
}: {
  readonly spec: AppSpec
  readonly onChange: (sources: readonly AppSource[]) => void
}) {
  const { link } = useStores()
  const { clones } = useWorkspace()
  const suggest = useMemo(() => createAsk(link, 'source.suggest', { keep: true }), [link])
  const found = valueOf(useStore(suggest.store))
  const sources = spec.sources ?? []
  // What is typed into a name or a source asks for nothing new; a source that came or went does.
  const { cloneId, path, branch, tool } = spec
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => void suggest.ask({ spec }), [suggest, cloneId, path, branch, tool, sources.length])
  const proposals = (found?.suggestions ?? []).filter(
    ({ source }) => !sources.some(({ image }) => image === source.image),
  )
  const nameOf = (id: string) => clones.find((clone) => clone.id === id)?.name ?? id
  return (
    <>
      <p className="dim">
        Source clones: what the images are built from, so that an upgrade tells its commits.
      </p>
      {sources.map((source, index) => (
        // Two may be equal while they are typed, and none moves.
        // eslint-disable-next-line react/no-array-index-key
        <div key={index} className={styles.source} role="group" aria-label={`Source clone ${index + 1}`}>
          <SourceFields
            source={source}
            images={found?.images ?? []}
            onChange={(next) => onChange(sources.with(index, next))}
          />
          <span>
            <Button
              variant="subtle"
              color="gray"
              size="xs"
              onClick={() => onChange(sources.filter((one) => one !== source))}
            >
              Remove this source
            </Button>
          </span>
        </div>
      ))}
      {proposals.map(({ source, why }) => (
        <p key={source.image} className="spread">
          <span className="dim grow">
            {source.image} may be built from {nameOf(source.cloneId)}: {why}.
          </span>
          <Button variant="default" size="xs" onClick={() => onChange([...sources, source])}>
            Use {nameOf(source.cloneId)}
          </Button>
        </p>
      ))}
      <span>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          onClick={() => onChange([...sources, { image: found?.images[0] ?? '*', cloneId: '' }])}
        >
          Name a source clone
        </Button>
      </span>
    </>
  )
}
