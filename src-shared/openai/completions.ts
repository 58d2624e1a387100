import type { z } from 'zod'
import { between, type CrossCheck, flag, logitBias, modelName, object, seed, stop, streamOptions, streamOptionsNeedStream, text, wholeBetween, wholeFrom, withChecks } from '../checks'
import { textsOrTokens } from './texts-or-tokens'

const completionRequest = object({
  model: modelName,
  prompt: textsOrTokens({ mayBeEmpty: true }),
  suffix: text.nullish(),
  echo: flag.nullish(),
  best_of: wholeBetween(1, 20).nullish(),
  n: wholeBetween(1, 128).nullish(),
  /** 0 asks for the likelihood of the prompt alone, with `echo`. */
  max_tokens: wholeFrom(0).nullish(),
  temperature: between(0, 2).nullish(),
  top_p: between(0, 1).nullish(),
  presence_penalty: between(-2, 2).nullish(),
  frequency_penalty: between(-2, 2).nullish(),
  logit_bias: logitBias.nullish(),
  logprobs: wholeBetween(0, 5).nullish(),
  seed: seed.nullish(),
  stop: stop.nullish(),
  stream: flag.nullish(),
  stream_options: streamOptions.nullish(),
  user: text.nullish(),
})

const bestIsOfEnough: CrossCheck<z.infer<typeof completionRequest>> = (body, refuse) => {
  if (body.best_of != null && body.best_of < (body.n ?? 1)) refuse(['best_of'], 'must be at least "n"')
}

/** A request to `POST /v1/completions` (OpenAI's API reference, "Completions"). */
export const completionBody = withChecks(completionRequest, streamOptionsNeedStream, bestIsOfEnough)
