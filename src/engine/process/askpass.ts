import { constants } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

// How a child asks the operator. git and ssh start a small shell script (no Node: the packaged app must not run as one), which puts its
// prompt into a folder that only this user can enter and reads the answer from a pipe there. The answer is in no argument, no environment
// and no file. One folder for each child; it goes away with it.

export type Prompt = { readonly id: string; readonly text: string; readonly hint: string }

export type AskpassOptions = {
  /** Where the script is put: temporary folders may forbid programs. */
  readonly scriptDir: string
  readonly onPrompt: (prompt: Prompt) => void
  /** The child does not wait for this answer any more. */
  readonly onGone: (id: string) => void
}

export type Askpass = {
  /** Goes into the child's environment. */
  readonly env: Readonly<Record<string, string>>
  /** `undefined` = no answer: the child goes on without. */
  readonly answer: (id: string, text: string | undefined) => Promise<void>
  readonly close: () => Promise<void>
}

const script = `#!/bin/sh
# Asks the operator through Wheelhouse, which made the folder and removes it.
umask 077
q=$(mktemp -d "$WHEELHOUSE_ASK/q.XXXXXXXX") || exit 1
trap 'rm -rf "$q"; exit 1' TERM INT HUP
mkfifo "$q/answer" || exit 1
printf '%s\\n%s' "$SSH_ASKPASS_PROMPT" "$1" > "$q/part" && mv "$q/part" "$q/prompt" || exit 1
IFS= read -r answer < "$q/answer"
rm -rf "$q"
case $answer in
  +*) printf '%s\\n' "\${answer#+}" ;;
  *) exit 1 ;;
esac
`
const lookEveryMs = 80
const writeTries = 50

/** Lets one child ask. Not on Windows, where a script has no such pipe: Git brings its own window there. */
export async function openAskpass(options: AskpassOptions): Promise<Askpass | undefined> {
  if (process.platform === 'win32') return undefined
  const program = await writeScript(options.scriptDir)
  const dir = await mkdtemp(join(tmpdir(), 'wheelhouse-ask-'))
  const seen = new Set<string>()
  const waits = new Set<string>()
  const look = async () => {
    const there = new Set((await readdir(dir)).filter((name) => name.startsWith('q.')))
    for (const id of [...waits].filter((one) => !there.has(one))) {
      waits.delete(id)
      options.onGone(id)
    }
    for (const id of there) {
      const text = seen.has(id) ? undefined : await readPrompt(join(dir, id))
      if (text === undefined) continue
      seen.add(id)
      waits.add(id)
      const at = text.indexOf('\n')
      options.onPrompt({ id, hint: text.slice(0, at), text: text.slice(at + 1) })
    }
  }
  let looking: Promise<void> | undefined
  // Watching folders has limits of the system; a look at an empty folder costs nothing, and it ends with the child.
  const timer = setInterval(() => {
    looking ??= look()
      .catch(() => undefined)
      .finally(() => (looking = undefined))
  }, lookEveryMs)
  return {
    env: {
      GIT_ASKPASS: program,
      SSH_ASKPASS: program,
      SSH_ASKPASS_REQUIRE: 'force',
      WHEELHOUSE_ASK: dir,
    },
    answer: (id, text) => {
      waits.delete(id)
      return writeAnswer(join(dir, id, 'answer'), text === undefined ? '-\n' : `+${text}\n`)
    },
    close: async () => {
      clearInterval(timer)
      await looking
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function writeScript(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const program = join(dir, 'askpass.sh')
  if ((await readFile(program, 'utf8').catch(() => '')) !== script) await writeFile(program, script)
  await chmod(program, 0o700)
  return program
}

/** Undefined until the script has put it there as a whole. */
async function readPrompt(dir: string): Promise<string | undefined> {
  return readFile(join(dir, 'prompt'), 'utf8').catch(() => undefined)
}

/** Without a reader a pipe cannot be opened for writing (or would be for ever): the script is about to read it, or is gone. */
async function writeAnswer(pipe: string, line: string): Promise<void> {
  for (let attempt = 1; attempt <= writeTries; attempt++) {
    const file = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(
      (error: NodeJS.ErrnoException) => error,
    )
    if (file instanceof Error) {
      if (file.code !== 'ENXIO') return
      await wait(20)
      continue
    }
    await file.writeFile(line)
    await file.close()
    return
  }
}
