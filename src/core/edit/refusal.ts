import { AppError } from '#contract'
import type { ErrorCode } from '#contract'

/** Why a text is not edited; stands in the error's `data.reason`, each with its own words in the message. */
export type Reason =
  | 'alias'
  | 'anchor'
  | 'block-text'
  | 'duplicate-keys'
  | 'no-document'
  | 'no-parent'
  | 'not-one-value'
  | 'template'
  | 'two-documents'
  | 'unreadable'
  | 'not-proven'

const codes: Readonly<Partial<Record<Reason, ErrorCode>>> = {
  'no-document': 'EDIT_NO_SOURCE',
  'two-documents': 'EDIT_AMBIGUOUS',
  'not-proven': 'EDIT_NOT_PROVEN',
}

/** An `EDIT_*` error: `EDIT_REFUSED` but for the reasons that have a code of their own. */
export function refusal(
  reason: Reason,
  where: { readonly file: string; readonly line?: number },
  words: string,
): AppError {
  const place = where.line === undefined ? where.file : `${where.file}:${where.line}`
  return new AppError(codes[reason] ?? 'EDIT_REFUSED', {
    message: `${place}: ${words}`,
    subject: where.file,
    action: 'show-file',
    data: { reason, ...where },
  })
}
