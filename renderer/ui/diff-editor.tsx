import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import type { Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { cspNonce } from './csp-nonce.ts'
import styles from './diff.module.css'

type Props = {
  readonly title: string
  readonly before: string
  readonly after: string
  readonly mode: 'unified' | 'split'
}

// Exact up to half a second; beyond it the difference is coarser, never wrong.
const diffConfig = { timeout: 500 }
const collapse = { margin: 4, minSize: 8 }

/** A read-only difference. Colours are the page's own, so that both themes fit. */
export function DiffEditor({ title, before, after, mode }: Props) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const parent = place.current
    if (parent === null) return
    const view =
      mode === 'split'
        ? splitView(parent, { before, after, title })
        : unifiedView(parent, { before, after, title })
    return () => view.destroy()
  }, [title, before, after, mode])
  return <div ref={place} className={styles.editor} data-mode={mode} />
}

type Texts = { readonly before: string; readonly after: string; readonly title: string }

function unifiedView(parent: HTMLElement, { before, after, title }: Texts): EditorView {
  return new EditorView({
    parent,
    doc: after,
    extensions: [
      ...extensionsFor(title),
      unifiedMergeView({
        original: before,
        mergeControls: false,
        gutter: true,
        collapseUnchanged: collapse,
        diffConfig,
      }),
    ],
  })
}

function splitView(parent: HTMLElement, { before, after, title }: Texts): MergeView {
  return new MergeView({
    parent,
    a: { doc: before, extensions: extensionsFor(`${title}, before`) },
    b: { doc: after, extensions: extensionsFor(`${title}, after`) },
    gutter: true,
    collapseUnchanged: collapse,
    diffConfig,
  })
}

function extensionsFor(label: string): Extension[] {
  return [
    EditorView.cspNonce.of(cspNonce()),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    lineNumbers(),
    EditorView.lineWrapping,
    yaml(),
    syntaxHighlighting(colours),
    look,
  ]
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--info)' },
  { tag: tags.comment, color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
])

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--text)', fontSize: '12px' },
  '.cm-content': { fontFamily: 'var(--mono)', padding: '6px 0' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--faint)', border: 'none' },
  '.cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--added) !important' },
  '.cm-deletedChunk, .cm-deletedLine': { backgroundColor: 'var(--removed) !important' },
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--removed) !important' },
  '.cm-changedText': { background: 'var(--added-strong) !important' },
  '.cm-deletedText, &.cm-merge-a .cm-changedText': { background: 'var(--removed-strong) !important' },
  '.cm-deletedChunk del, .cm-deletedLine del': { textDecoration: 'none' },
  '.cm-collapsedLines': {
    background: 'var(--raised)',
    color: 'var(--dim)',
    padding: '3px 12px',
    fontFamily: 'var(--font)',
  },
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '""', margin: '0' },
})
