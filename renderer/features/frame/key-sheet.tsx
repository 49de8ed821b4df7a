import { Kbd, Modal } from '@mantine/core'
import styles from './frame.module.css'

const keys: readonly (readonly [readonly string[], string])[] = [
  [['Ctrl/Cmd', 'K'], 'go to an app or a page'],
  [['/'], 'filter or search in this list'],
  [['j', 'k'], 'next, previous'],
  [['Enter'], 'open'],
  [['Esc'], 'close, clear, back'],
  [['g', 'a'], 'apps'],
  [['g', 'r'], 'replicas of this app'],
  [['g', 't'], 'timeline of this app'],
  [['g', 'c'], 'changes of this app'],
  [['l'], 'the last known good commit of this app'],
  [['x'], 'pick this commit, to undo several (also Ctrl- and Shift-click)'],
  [['s'], 'scale: to the first replica count'],
  [['Ctrl/Cmd', 'Z'], 'take back the last commit (on an app)'],
  [['Ctrl/Cmd', 'Enter'], "the page's primary button"],
  [['?'], 'this sheet'],
]

/** The keys that work. Single letters are off while a field is being typed in. */
export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" size="md">
      <dl className={styles.keys}>
        {keys.map(([parts, words]) => (
          <div key={words} style={{ display: 'contents' }}>
            <dt>
              {parts.map((part) => (
                <Kbd key={part} size="xs">
                  {part}
                </Kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
