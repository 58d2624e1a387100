/** A batch as a script would run it: `node bare-batch.mjs FILE ORIGIN CONCURRENCY OUT` sends each line's body, writes each answer, and prints the milliseconds it took. */
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Pool } from 'undici'

const [, , file = '', origin = '', concurrency = '1', out = ''] = process.argv
const pool = new Pool(origin, { connections: Number(concurrency) })
const results = createWriteStream(out)
const startedAt = performance.now()
const lines = createInterface({ input: createReadStream(file) })[Symbol.asyncIterator]()

async function work() {
  for (;;) {
    const { value, done } = await lines.next()
    if (done) return
    const { custom_id: customId, body } = JSON.parse(value)
    const answer = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    results.write(`${JSON.stringify({ custom_id: customId, response: { status_code: answer.statusCode, body: await answer.body.json() }, error: null })}\n`)
  }
}
await Promise.all(Array.from({ length: Number(concurrency) }, work))
await new Promise((resolve) => results.end(resolve))
process.stdout.write(String(performance.now() - startedAt))
await pool.close()
