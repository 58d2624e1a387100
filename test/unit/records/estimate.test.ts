import { estimateTokens } from '@main/records/estimate'
import { describe, expect, test } from 'vitest'

/** Texts and what the tokenizer o200k_base makes of them. */
const counted: readonly (readonly [what: string, text: string, tokens: number])[] = [
  ['English', 'The gateway reaches every model of every site that its owner may use. It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness.', 43],
  ['science', 'Density functional theory with the PBE0 hybrid functional underestimates the band gap of wurtzite ZnO; a GW correction on top of it moves the quasiparticle energies to within 0.2 eV of experiment.', 48],
  ['German', 'Die Geschwindigkeitsbegrenzung auf der Autobahn wurde nach langen Verhandlungen zwischen den Koalitionspartnern aufgehoben.', 26],
  ['French', "L'énergie de liaison des électrons de valence dépend fortement de l'environnement chimique de l'atome étudié.", 24],
  ['Russian', 'Квантовая механика описывает поведение частиц в микроскопическом мире с помощью волновой функции.', 25],
  ['Greek', 'Η κβαντική μηχανική περιγράφει τη συμπεριφορά των σωματιδίων.', 22],
  ['Chinese', '量子力学是描述微观物质的理论，与相对论一起被认为是现代物理学的两大基本支柱。', 31],
  ['Japanese', '量子力学は、一般相対性理論と共に現代物理学の根幹を成す理論・分野である。', 35],
  ['Korean', '양자역학은 분자, 원자, 전자와 같은 작은 크기를 갖는 계의 현상을 연구하는 물리학의 한 분야이다.', 34],
  ['Arabic', 'ميكانيكا الكم هي مجموعة من النظريات الفيزيائية التي ظهرت في القرن العشرين.', 20],
  ['Hindi', 'क्वांटम यांत्रिकी भौतिकी की एक शाखा है जो परमाणु और उप-परमाणु कणों के व्यवहार का वर्णन करती है।', 40],
  ['Python', 'def fib(n: int) -> int:\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a\n\n\nif __name__ == "__main__":\n    print([fib(i) for i in range(20)])\n', 63],
  ['JSON', '{"name":"search_compounds","arguments":{"formula":"C6H12O6","limit":20,"filters":[{"field":"mass","op":"<","value":180.16}]}}', 40],
  ['numbers', '3.14159265358979 2.71828182845905 1.41421356237310 0.57721566490153 1234567890 42 7', 40],
  ['ids', '550e8400-e29b-41d4-a716-446655440000 6ba7b810-9dad-11d1-80b4-00c04fd430c8', 43],
  ['molecules', 'CC(C)CC1=CC=C(C=C1)C(C)C(=O)O CN1C=NC2=C1C(=O)N(C(=O)N2C)C', 45],
  ['emoji', '😀🎉🚀 great work 👍🏽 👩‍🔬', 15],
  ['Markdown', '## Results\n\n| model | tokens/s |\n| --- | --- |\n| llama | 120.5 |\n| qwen | 98.2 |\n\n- **bold** and _italic_\n- `code`\n', 43],
]

describe('tokens that nobody counted', () => {
  test.each(counted)('are within a third of what they are, in %s', (_what, text, tokens) => {
    expect(estimateTokens(text) / tokens).toBeGreaterThan(0.67)
    expect(estimateTokens(text) / tokens).toBeLessThan(1.34)
  })

  test('are none for nothing, and at least one for anything else', () => {
    expect(estimateTokens('')).toBe(0)
    expect(estimateTokens(0)).toBe(0)
    for (const text of ['a', '1', '\n', '.', '字', '\u0000', '\ud800']) expect(estimateTokens(text)).toBe(1)
  })

  test('are about a fourth of the bytes where only these are known', () => {
    expect(estimateTokens(4000)).toBe(1000)
    expect(estimateTokens(1)).toBe(1)
  })
})
