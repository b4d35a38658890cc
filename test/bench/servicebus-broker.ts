/** The broker as a process of its own, for the benchmark and for tests that kill it. Arguments: file, port, admin port. */
import { startBroker } from '../../infra/local/servicebus/broker.ts'

const [file = '', port = '0', adminPort = '0'] = process.argv.slice(2)
const broker = await startBroker({
  dataFile: file,
  port: Number(port),
  adminPort: Number(adminPort),
  now: () => Date.now(),
  rules: [{ name: 'root', key: 'bench-key', rights: ['Manage'] }],
  autoCreateQueues: /^q/,
})
process.stdout.write(`${JSON.stringify({ port: broker.port, adminPort: broker.adminPort })}\n`)
process.on('message', () => {
  const { rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  process.send?.({ rss, cpuMs: (user + system) / 1000, ...broker.stats() })
})
