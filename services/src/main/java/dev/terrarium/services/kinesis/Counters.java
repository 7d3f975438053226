package dev.terrarium.services.kinesis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What was put into and read from a stream or a shard since CloudWatch was told last.
final class Counters {
  final LongAdder incomingBytes = new LongAdder();
  final LongAdder incomingRecords = new LongAdder();
  final LongAdder outgoingBytes = new LongAdder();
  final LongAdder outgoingRecords = new LongAdder();
  final LongAdder puts = new LongAdder();
  final LongAdder putNanos = new LongAdder();
  final LongAdder batchPuts = new LongAdder();
  final LongAdder batchNanos = new LongAdder();
  final LongAdder batchBytes = new LongAdder();
  final LongAdder batchRecords = new LongAdder();
  final LongAdder batchFailures = new LongAdder();
  final LongAdder reads = new LongAdder();
  final LongAdder readNanos = new LongAdder();
  final LongAdder writesThrottled = new LongAdder();
  final LongAdder readsThrottled = new LongAdder();

  /// How far behind the last record the reader was who was furthest behind.
  final AtomicLong ageMillis = new AtomicLong();

  /// Records came to rest.
  void put(long records, long bytes) {
    incomingRecords.add(records);
    incomingBytes.add(bytes);
  }

  /// Records were read by somebody who is so far behind.
  void read(long records, long bytes, long behindMillis) {
    reads.increment();
    outgoingRecords.add(records);
    outgoingBytes.add(bytes);
    ageMillis.accumulateAndGet(behindMillis, Math::max);
  }
}
