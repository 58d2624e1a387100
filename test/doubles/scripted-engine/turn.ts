/** One answer of the model that the engine plays. */
export interface Turn {
  readonly reasoning?: string
  readonly text?: string
  readonly calls?: readonly { readonly name: string; readonly arguments: object }[]
}

export const stopOf = ({ calls }: Turn): 'end' | 'calls' => (calls === undefined || calls.length === 0 ? 'end' : 'calls')

/** Tokens, as good as any: a word is one. */
export const countWords = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length

export const outputTokens = ({ reasoning = '', text = '', calls = [] }: Turn): number => countWords(reasoning) + countWords(text) + 10 * calls.length

/** A text in pieces of a few letters, cut inside words, as tokens are. */
export const piecesOf = (text: string): string[] => text.match(/[^]{1,5}/gu) ?? []

export const inputTokens = 21
export const cachedTokens = 5
