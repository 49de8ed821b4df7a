import { AppError } from '#contract'

/** For `.catch`: what the disk refused, as `DISK_FULL` or `DISK_FAILED` with the file's name. */
export function toDiskError(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const code = error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'DISK_FULL' : 'DISK_FAILED'
    throw new AppError(code, {
      message: `${path} cannot be written: ${error.code ?? error.message}.`,
      subject: path,
      retryable: true,
      action: 'retry',
      cause: error,
    })
  }
}
