import { AppError } from '#contract'

/**
 * Helm names a template by its chart (`demo/templates/a.yaml:7:5`): with the folder of the chart in its place it is a file of the repository,
 * which the interface can open. A name that is no file of this folder (one inside a packed subchart) is left as it is.
 */
export function withPlace(root: string, names: readonly string[]): (error: unknown) => never {
  return (error) => {
    const place =
      error instanceof AppError && error.code === 'RENDER_FAILED' ? find(error.message) : undefined
    const name = place === undefined ? undefined : names.find((one) => one === place.name)
    if (!(error instanceof AppError) || place === undefined || name === undefined) throw error
    const file = root === '' ? name : `${root}/${name}`
    throw new AppError(error.code, {
      message: error.message,
      subject: `${file}:${place.line}`,
      action: 'show-file',
      data: { file, line: place.line },
      cause: error,
    })
  }
}

function find(message: string): { readonly name: string; readonly line: number } | undefined {
  const [, name, line] = /[^\s/:(]+\/((?:charts\/[^\s:]+\/)?templates\/[^\s:]+):(\d+)/.exec(message) ?? []
  return name === undefined ? undefined : { name, line: Number(line) }
}
