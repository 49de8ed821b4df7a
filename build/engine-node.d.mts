export const engineFlags: readonly string[]
export const engineEnvironment: Readonly<Record<string, string>>
