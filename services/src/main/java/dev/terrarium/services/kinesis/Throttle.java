package dev.terrarium.services.kinesis;

/// What a shard of AWS takes and gives in a second, for streams that ask for it: 1 MiB and 1,000
/// records in, 2 MiB and five reads out. A read of more than 2 MiB is paid for with the seconds
/// after it.
final class Throttle {
  private static final long WRITE_BYTES_MAX = 1024L * 1024;
  private static final long WRITE_RECORDS_MAX = 1000;
  private static final long READ_BYTES_MAX = 2L * 1024 * 1024;
  private static final long READS_MAX = 5;

  private long second;
  private long writtenBytes;
  private long writtenRecords;
  private long readBytes;
  private long reads;

  /// Whether records may come in now; if so, they are counted.
  synchronized boolean takes(long nowMillis, long records, long bytes) {
    turn(nowMillis);
    if (writtenRecords + records > WRITE_RECORDS_MAX || writtenBytes + bytes > WRITE_BYTES_MAX) {
      return false;
    }
    writtenRecords += records;
    writtenBytes += bytes;
    return true;
  }

  /// Whether somebody may read now; if so, it is counted.
  synchronized boolean gives(long nowMillis) {
    turn(nowMillis);
    if (reads >= READS_MAX || readBytes >= READ_BYTES_MAX) {
      return false;
    }
    reads++;
    return true;
  }

  /// Counts what was read.
  synchronized void gave(long bytes) {
    readBytes += bytes;
  }

  private void turn(long nowMillis) {
    var now = nowMillis / 1000;
    if (now != second) {
      readBytes = Math.max(0, readBytes - Math.max(1, now - second) * READ_BYTES_MAX);
      second = now;
      writtenBytes = 0;
      writtenRecords = 0;
      reads = 0;
    }
  }
}
