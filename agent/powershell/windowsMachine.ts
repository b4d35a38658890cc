import { z } from 'zod'
import { IsoTime } from '../../orchestrations/contracts/scripts/document.ts'
import { askOwnScript } from './attached.ts'
import type { Runner } from './attached.ts'
import type { Boot, MachineView } from './machineView.ts'

/** What `look.ps1` answers. */
const Look = z.object({
  bootId: z.string().max(100).nullable(),
  bootedAt: IsoTime,
  bootRecords: z.array(z.number()).max(50),
  processes: z.array(z.object({ pid: z.int(), startedAt: IsoTime })).max(10),
})

/** Windows as `look.ps1` sees it: one PowerShell process a question, so nothing asks without need. */
export class WindowsMachine implements MachineView {
  readonly #runner: Runner
  #boot: Promise<Boot> | undefined

  constructor(runner: Runner) {
    this.#runner = runner
  }

  /** Asked once: an agent's life lies within one boot. */
  boot(): Promise<Boot> {
    this.#boot ??= this.#askBoot()
    return this.#boot
  }

  async startOf(pid: number): Promise<number | undefined> {
    const { processes } = await this.#look([pid])
    const found = processes.find((process) => process.pid === pid)
    return found === undefined ? undefined : Date.parse(found.startedAt)
  }

  async #askBoot(): Promise<Boot> {
    try {
      const { bootId, bootedAt, bootRecords } = await this.#look([])
      return { id: bootId, bootedAt: Date.parse(bootedAt), records: bootRecords }
    } catch (error) {
      // Services may not be there yet, just after a boot: the next question may be answered.
      this.#boot = undefined
      throw error
    }
  }

  async #look(processIds: readonly number[]): Promise<z.infer<typeof Look>> {
    const params = { processIds }
    return Look.parse(await askOwnScript(this.#runner, 'look', 'powershell/look.ps1', 'look', params))
  }
}
