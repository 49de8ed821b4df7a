export type KubeRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute path without the server (`/apis/apps/v1/deployments`). */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  /** Sent as JSON unless it is text already. */
  readonly body?: unknown
  readonly contentType?: string
  readonly accept?: string
  /** What a message names first (`Deployment/web`); the path unless told. */
  readonly subject?: string
  readonly signal?: AbortSignal | undefined
  /** Whole request, body included; 60 s unless told. */
  readonly timeoutMs?: number
  /** Bytes of the body after decompression; 128 MiB unless told. */
  readonly maxBytes?: number
}

export type KubeResponse = {
  readonly status: number
  readonly contentType: string
  readonly warnings: readonly string[]
  readonly text: string
}

/** Plain requests with the context's credentials over one shared HTTP/2 connection. Throws AppError (KUBE_*, CANCELLED). */
export type KubeHttp = {
  /** Answers of status 2xx; all others throw. */
  readonly request: (request: KubeRequest) => Promise<KubeResponse>
  /** `request`, parsed as JSON. */
  readonly json: (request: KubeRequest) => Promise<unknown>
  /**
   * Body as it comes, for watches and logs: `timeoutMs` bounds the wait for the headers only, and nothing bounds the length. Ends when the
   * server ends it, throws when it is cut or aborted.
   */
  readonly stream: (request: KubeRequest) => Promise<AsyncIterable<Uint8Array>>
}
