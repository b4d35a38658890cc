import { expect, it } from 'vitest'
import { assertPortFree, freePort } from '../../../../infra/local/supervisor/ports.ts'
import { killed, runAlone } from './rig.ts'

it('finds a free port, and names a taken one with what to do', async () => {
  await assertPortFree(await freePort())
  const { child, line } = await runAlone('listen')
  await expect(assertPortFree(Number(line), 'choose another with --port N')).rejects.toMatchObject({
    kind: 'portInUse',
    message: `Port ${line} of 127.0.0.1 is used by another program: choose another with --port N.`,
  })
  await killed(child)
  await assertPortFree(Number(line))
})
