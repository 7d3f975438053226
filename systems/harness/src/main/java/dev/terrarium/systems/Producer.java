package dev.terrarium.systems;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/// Puts events into a stream in the order of their keys, until each has been acknowledged.
///
/// `PutRecords` may take some records of a call and refuse others, and the refused go in later: two
/// records of a key in one call could so change places. Each call has at most one of a key.
///
/// @param <E> what an event is
public final class Producer<E> {
  private static final int ATTEMPTS = 200;

  private final KinesisClient kinesis;
  private final String stream;
  private final int atOnce;
  private final Function<E, String> key;
  private final Function<E, byte[]> data;
  private int refused;

  /// @param atOnce how many records in one call, 500 at most
  /// @param data asked anew whenever an event is sent
  public Producer(
      KinesisClient kinesis,
      String stream,
      int atOnce,
      Function<E, String> key,
      Function<E, byte[]> data) {
    this.kinesis = kinesis;
    this.stream = stream;
    this.atOnce = atOnce;
    this.key = key;
    this.data = data;
  }

  /// How many records were refused and sent again.
  public int refused() {
    return refused;
  }

  /// Sends, and returns when everything has been acknowledged.
  public void send(Collection<E> events) {
    var left = new ArrayDeque<>(events);
    var failures = 0;
    while (!left.isEmpty()) {
      var call = next(left);
      try {
        failures = put(call, left) ? failures + 1 : 0;
      } catch (SdkException | UncheckedIOException e) {
        // Not acknowledged, so it may be there or not: it is sent again, and found to be repeated.
        call.reversed().forEach(left::addFirst);
        failures++;
        if (failures > ATTEMPTS) {
          throw e;
        }
      }
      if (failures > 0) {
        Run.sleep(java.time.Duration.ofMillis(50));
      }
    }
  }

  /// The next call: of each key the first event that is left, in their order.
  private List<E> next(Deque<E> left) {
    var call = new ArrayList<E>();
    var keys = new HashSet<String>();
    var later = new ArrayList<E>();
    while (!left.isEmpty() && call.size() < atOnce && later.size() < atOnce) {
      var event = left.removeFirst();
      (keys.add(key.apply(event)) ? call : later).add(event);
    }
    later.reversed().forEach(left::addFirst);
    return call;
  }

  /// Whether any record was refused.
  private boolean put(List<E> call, Deque<E> left) {
    var entries =
        call.stream()
            .map(event ->
                PutRecordsRequestEntry.builder()
                    .partitionKey(key.apply(event))
                    .data(SdkBytes.fromByteArrayUnsafe(data.apply(event)))
                    .build())
            .toList();
    var results = kinesis.putRecords(put -> put.streamName(stream).records(entries)).records();
    var again = new ArrayList<E>();
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
