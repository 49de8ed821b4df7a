/** One figure, beside its peer's where there is one. */
export type Row = {
  readonly name: string
  readonly ours: number
  readonly unit: string
  readonly peer?: number
  readonly against?: string
}
