/** The least a proxy in Node can do: `node:http` in, `node:http` out, pipes between. TARGET is the port behind it. */
import { Agent, createServer, request as requestUpstream } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 1024 })
const server = createServer((incoming, outgoing) => {
  const upstream = requestUpstream({ host: '127.0.0.1', port: Number(process.env['TARGET']), method: incoming.method, path: incoming.url, headers: incoming.headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  outgoing.on('close', () => upstream.destroy())
  upstream.on('error', () => outgoing.destroy())
  incoming.pipe(upstream)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') process.stdout.write(`ready ${address.port}\n`)
})
process.on('disconnect', () => process.exit())
