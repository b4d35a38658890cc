import { parentPort, workerData } from 'node:worker_threads'
import { readWorkbook } from '../../orchestrations/contracts/inventory/workbook.ts'

const { bytes, file } = workerData as { readonly bytes: Uint8Array; readonly file: string }
const reading = await readWorkbook(bytes, file)
parentPort?.postMessage(reading, reading.ok ? [reading.csv.buffer] : [])
