const questions = ['Why is the sky blue? Answer in one sentence.', 'Name three uses of graphene, one line each.', 'What is the half-life of carbon-14?']

/** Three small requests that name no model: whichever there is can take them. */
export function sampleFile(): File {
  const lines = questions.map((content, index) =>
    JSON.stringify({ custom_id: `question-${index + 1}`, method: 'POST', url: '/v1/chat/completions', body: { messages: [{ role: 'user', content }], max_tokens: 120 } }),
  )
  return new File([`${lines.join('\n')}\n`], 'sample.jsonl', { type: 'application/jsonl' })
}
