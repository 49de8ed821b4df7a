import type { Api, Audit, AuditRequest, Handlers } from '#contract'
import { assertNever } from '#contract'
import { auditCsv, auditMarkdown } from '#core'
import { readAudit } from '../audit/index.ts'
import { destinationOf } from '../operations/sync.ts'
import { findApp, openRepo } from './find.ts'
import type { Parts } from './ports.ts'

export function auditCalls(parts: Parts): Pick<Handlers<Api>, 'audit.read' | 'audit.export'> {
  const read = async (request: AuditRequest, signal: AbortSignal) => {
    const app = findApp(parts, request.appId)
    const repo = await openRepo(parts, app.spec.cloneId)
    const records = async () => {
      if (app.spec.destination === undefined) return undefined
      const { cluster, target } = await destinationOf({ connect: (name) => parts.kube.connect(name) }, app)
      return { ...(await parts.sync.readRecord(cluster, target, { signal })), context: cluster.context }
    }
    return readAudit({ repo, render: parts.render, effects: parts.effects, records }, app, request, signal)
  }
  return {
    'audit.read': (request, { signal }) => read(request, signal),
    'audit.export': async ({ request, format }, { signal }) => ({
      text: exported(await read(request, signal), format),
    }),
  }
}

function exported(audit: Audit, format: 'markdown' | 'csv' | 'json'): string {
  switch (format) {
    case 'markdown':
      return auditMarkdown(audit)
    case 'csv':
      return auditCsv(audit)
    case 'json':
      return `${JSON.stringify(audit, undefined, 2)}\n`
    default:
      return assertNever(format)
  }
}
