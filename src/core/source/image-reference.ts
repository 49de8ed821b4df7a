/**
 * An image as a manifest writes it, in its parts. `repository` is what was written before tag and digest; `name` is the same in full
 * (`docker.io/library/nginx`), so that two spellings of one image are equal; `last` is its last part.
 */
export type ImageReference = {
  readonly repository: string
  readonly name: string
  readonly last: string
  readonly tag?: string
  readonly digest?: string
}

const component = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
const host = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?`
const grammar = new RegExp(
  String.raw`^(?<repository>(?:${host}/)?${component}(?:/${component})*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,128}))?$`,
)

/** By the grammar of references (distribution/reference); undefined for what no registry could be asked for. */
export function parseImage(text: string): ImageReference | undefined {
  // The longest that a name, a tag and a digest may be together; it also bounds the grammar's work.
  if (text.length > 600) return undefined
  const { repository, tag, digest } = grammar.exec(text)?.groups ?? {}
  if (repository === undefined) return undefined
  return {
    repository,
    name: fullName(repository),
    last: repository.slice(repository.lastIndexOf('/') + 1),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** The first part is a registry only where it could be nothing else; docker.io has two names and a folder that is left out. */
export function fullName(repository: string): string {
  const slash = repository.indexOf('/')
  const first = slash < 0 ? '' : repository.slice(0, slash)
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  if (!isRegistry) return `docker.io/${slash < 0 ? 'library/' : ''}${repository}`
  return repository
    .replace(/^index\.docker\.io\//, 'docker.io/')
    .replace(/^docker\.io\/(?=[^/]+$)/, 'docker.io/library/')
}
