import { chains, fanOut, waiting } from './durable.ts'
import { atLeast, reported, type Bench } from './figures.ts'
import { benchServiceBus } from './servicebus.ts'
import { benchTables } from './tables.ts'

/** The durable engine alone, with the official SDK's orchestrators. */
export const durable: Bench = {
  name: 'durable',
  long: false,
  async run(emit) {
    await fanOut(200) // What is compiled first is not measured.
    const wide = await fanOut(1_000)
    emit(atLeast('durable.fanOutFanIn1000', wide.activitiesPerSecond, 'activities/s', 1_500))
    const narrow = await chains(100, 10)
    emit(reported('durable.chains100of10', narrow.activitiesPerSecond, 'activities/s'))
    const idle = await waiting(1_000)
    emit(reported('durable.waiting1000', 1_000 / idle.seconds, 'instances/s'))
    emit(reported('durable.waiting1000LoopDelayP999', idle.loopDelayP999, 'ms'))
  },
}

export const tables: Bench = {
  name: 'tables',
  long: false,
  async run(emit) {
    const figures = await benchTables(1_000, 3)
    emit(reported('tables.transactions', figures.batchesPerSecond, '1/s'))
    emit(reported('tables.pointReads', figures.readsPerSecond, '1/s'))
    emit(reported('tables.rangeQueries', figures.rangesPerSecond, '1/s'))
  },
}

export const serviceBus: Bench = {
  name: 'servicebus',
  long: false,
  async run(emit) {
    const figures = await benchServiceBus(500, 2_000)
    emit(reported('servicebus.singleQueue', figures.singleQueuePerSecond, 'messages/s'))
    emit(reported('servicebus.idleLatencyP50', figures.idleLatencyP50Ms, 'ms'))
    emit(reported('servicebus.500queues', figures.manyQueuesPerSecond, 'messages/s'))
  },
}
