import { modelName, object, oneOf, text, wholeFrom } from '../checks'
import { textsOrTokens } from './texts-or-tokens'

/** A request to `POST /v1/embeddings` (OpenAI's API reference, "Embeddings"): at most 2048 inputs, each of at most 2048 tokens. */
export const embeddingBody = object({
  model: modelName,
  input: textsOrTokens({ mayBeEmpty: false, maxEntries: 2048 }),
  dimensions: wholeFrom(1).nullish(),
  encoding_format: oneOf('float', 'base64').nullish(),
  user: text.nullish(),
})
