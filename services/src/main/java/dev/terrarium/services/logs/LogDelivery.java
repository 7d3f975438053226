package dev.terrarium.services.logs;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.util.List;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

final class LogDelivery {
  LogDelivery(Cloud cloud, LogsState state) {}

  void deliver(Batch batch, StreamKey key, List<InputLogEvent> events, long first) {}
}
