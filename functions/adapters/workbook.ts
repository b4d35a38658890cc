import { Worker } from 'node:worker_threads'
import type { WorkbookReading } from '../../orchestrations/contracts/inventory/workbook.ts'

const mostMegabytes = 384
const outOfMemory = 'ERR_WORKER_OUT_OF_MEMORY'

/**
 * Reads a workbook in a thread of its own: it takes seconds of processor time, in which this process has commands
 * and heartbeats to answer, and its memory is bounded there. Takes the bytes over: they can't be used afterwards.
 */
export function readWorkbookApart(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<WorkbookReading> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./workbookThread.ts', import.meta.url), {
      workerData: { bytes, file },
      transferList: [bytes.buffer],
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    })
    worker.once('message', resolve)
    worker.once('error', (error) => {
      if ('code' in error && error.code === outOfMemory) resolve(tooHeavy(file))
      else reject(error)
    })
    worker.once('exit', () => reject(new Error('The thread that reads workbooks ended without an answer')))
  })
}

function tooHeavy(file: string): WorkbookReading {
  const params = { mostMebibytes: mostMegabytes }
  return {
    ok: false,
    errorCount: 1,
    errors: [{ file, line: 0, column: '', code: 'workbookTooHeavy', params }],
  }
}
