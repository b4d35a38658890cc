/** The process that does one detached work, where the agent's executable would be. Arguments: lab, work folder. */
import { Scripts } from '../../../agent/powershell/manifest.ts'
import { runWork } from '../../../agent/powershell/runWork.ts'
import { WorkFolder } from '../../../agent/powershell/workFolder.ts'
import { labOf, standin } from './lab.ts'

const [folder = '', work = ''] = process.argv.slice(2)
const { scripts, manifest } = labOf(folder)
await runWork(new WorkFolder(work), {
  powershell: standin,
  scripts: new Scripts(scripts, manifest),
  retryMs: 20,
})
