package dev.terrarium.systems.realtime;

import dev.terrarium.systems.Run;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/// Puts events into the stream in the order of their keys.
///
/// `PutRecords` may take some records of a call and refuse others, and the refused go in later: two
/// records of a key in one call could so change places. Each call has at most one of a key.
final class Producer {
  private static final int AT_ONCE = 100;
  private static final int ATTEMPTS = 200;

  private final Run run;
  private final long begun = System.currentTimeMillis();
  private final Map<Event, Long> sent = new ConcurrentHashMap<>();
  private int refused;

  Producer(Run run) {
    this.run = run;
  }

  /// When each event was first sent.
  Map<Event, Long> sent() {
    return sent;
  }

  /// How many records were refused and sent again.
  int refused() {
    return refused;
  }

  /// Sends, and returns when everything has been acknowledged.
  void send(Collection<Event> events) {
    var left = new ArrayDeque<>(events);
    var failures = 0;
    while (!left.isEmpty()) {
      var call = next(left);
      try {
        failures = put(call, left) ? failures + 1 : 0;
      } catch (SdkException e) {
        // Not acknowledged, so it may be there or not: it is sent again, and found to be repeated.
        call.reversed().forEach(left::addFirst);
        failures++;
        if (failures > ATTEMPTS) {
          throw e;
        }
      }
      if (failures > 0) {
        run.await(Duration.ofMillis(50), () -> false);
      }
    }
  }

  /// The next call: of each key the first event that is left, in their order.
  private static List<Event> next(Deque<Event> left) {
    var call = new ArrayList<Event>();
    var keys = new HashSet<String>();
    var later = new ArrayList<Event>();
    while (!left.isEmpty() && call.size() < AT_ONCE && later.size() < AT_ONCE) {
      var event = left.removeFirst();
      (keys.add(event.key()) ? call : later).add(event);
    }
    later.reversed().forEach(left::addFirst);
    return call;
  }

  /// Whether any record was refused.
  private boolean put(List<Event> call, Deque<Event> left) {
    var now = System.currentTimeMillis();
    call.forEach(event -> sent.putIfAbsent(event, now));
    var entries =
        call.stream()
            .map(event ->
                PutRecordsRequestEntry.builder()
                    .partitionKey(event.key())
                    .data(SdkBytes.fromByteArrayUnsafe(event.data(begun, now)))
                    .build())
            .toList();
    var results =
        run.clients
            .kinesis
            .putRecords(put -> put.streamName(run.output("Stream")).records(entries))
            .records();
    var again = new ArrayList<Event>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).errorCode() != null) {
        again.add(call.get(i));
      }
    }
    refused += again.size();
    again.reversed().forEach(left::addFirst);
    return !again.isEmpty();
  }
}
