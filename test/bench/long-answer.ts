const paragraph = 'The rate constant grows with temperature as $k = A e^{-E_a/(RT)}$, where **activation energy** is read from the slope of a plot. '
const blocks = [
  '## Kinetics of a catalysed reaction\n\n',
  paragraph.repeat(3) + '\n\n',
  '| run | T (K) | k (1/s) |\n| --- | ---: | ---: |\n| 1 | 298 | 0.012 |\n| 2 | 310 | 0.031 |\n| 3 | 325 | 0.094 |\n\n',
  '```python\nimport numpy as np\n\ndef rate(a, ea, t):\n    """Arrhenius equation, SI units."""\n    return a * np.exp(-ea / (8.314 * t))\n```\n\n',
  '$$\\ln k = \\ln A - \\frac{E_a}{R}\\cdot\\frac{1}{T}$$\n\n',
  '1. Measure the slope.\n2. Multiply by $-R$.\n3. Compare with the literature.\n\n',
]

/** A Markdown answer with headings, tables, code and math, cut in `tokens` pieces of about four characters. */
export function longAnswer(tokens: number): string[] {
  const pieces: string[] = []
  for (let block = 0; pieces.length < tokens; block++) pieces.push(...(blocks[block % blocks.length]?.match(/[\s\S]{1,4}/g) ?? []))
  return pieces.slice(0, tokens)
}
