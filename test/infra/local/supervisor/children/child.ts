// A child of the supervisor's tests; its first argument says how it behaves.
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { exitWhenOrphaned } from '../../../../../infra/local/supervisor/orphan.ts'

const [, , behaviour = '', detail = ''] = process.argv

const live = (): void => void setInterval(() => undefined, 1_000)

switch (behaviour) {
  case 'good':
    exitWhenOrphaned()
    process.on('SIGTERM', () => {
      if (detail !== '') appendFileSync(detail, 'stopped cleanly\n')
      process.exit(0)
    })
    live()
    console.error('hello from stderr')
    console.log(`ready ${process.pid}`)
    break
  case 'stubborn':
    process.on('SIGTERM', () => undefined)
    live()
    console.log('ready')
    break
  case 'silent':
    live()
    break
  case 'broken':
    console.error('the disk is on fire')
    process.exitCode = 3
    break
  case 'dies-when-ready':
    console.log('ready')
    setImmediate(() => process.exit(4))
    break
  case 'finishes':
    // Nothing left to do but the channel: it must not hold the process.
    exitWhenOrphaned()
    console.log('ready')
    break
  case 'http': {
    const { createServer: createHttp } = await import('node:http')
    let asked = 0
    createHttp((_, response) => response.writeHead(asked++ < 2 ? 503 : 200).end()).listen(
      Number(detail),
      '127.0.0.1',
    )
    break
  }
  case 'supervisor': {
    // Supervises one good child and tells its pid, to be killed from outside.
    const { createSupervisor, stopOnSignals } =
      await import('../../../../../infra/local/supervisor/supervise.ts')
    const supervisor = createSupervisor({ dataFolder: detail, now: Date.now })
    const args = [import.meta.filename, 'good', `${detail}/marks`]
    const child = await supervisor.start({
      name: 'good',
      args,
      ready: { kind: 'line', matches: (line) => line.startsWith('ready') },
    })
    stopOnSignals(supervisor)
    console.log(`child ${child.pid}`)
    break
  }
  case 'lock': {
    const { lockDataFolder } = await import('../../../../../infra/local/supervisor/data-folder.ts')
    lockDataFolder(detail)
    live()
    console.log('ready')
    break
  }
  case 'listen': {
    const server = createServer().listen(0, '127.0.0.1', () =>
      console.log((server.address() as AddressInfo).port),
    )
    break
  }
  case 'grandparent':
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600)'], { stdio: 'inherit' })
    console.log('ready')
    setTimeout(() => process.exit(5), 20)
    break
  default:
    throw new Error(`unknown behaviour ${behaviour}`)
}
