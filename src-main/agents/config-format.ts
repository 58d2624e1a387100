import type { ConfigValues, Step } from './values'

/** A way to write a configuration; what a person wrote beside a change stays as it is, comments too. */
export interface ConfigFormat {
  /** @throws FormatProblem with the line */
  parse(text: string): ConfigValues
  apply(text: string, steps: readonly Step[]): string
}

/** Where a text is not of its format. */
export class FormatProblem extends Error {
  constructor(
    /** From 1. */
    readonly line: number,
    message: string,
  ) {
    super(message)
  }
}
