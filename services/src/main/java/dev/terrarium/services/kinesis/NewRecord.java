package dev.terrarium.services.kinesis;

/// A record on its way into a shard.
record NewRecord(String partitionKey, byte[] data) {
  int size() {
    return data.length + partitionKey.length();
  }
}
