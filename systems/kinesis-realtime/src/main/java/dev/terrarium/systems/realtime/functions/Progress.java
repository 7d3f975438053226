package dev.terrarium.systems.realtime.functions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// How far the events of one key have been taken in.
///
/// @param last the number of the last one
/// @param digest over all of them, in their order
/// @param recent when the last payments happened
/// @param repeated how many came again
record Progress(long last, long digest, List<Long> recent, long repeated) {
  /// More payments than this of one card within a minute are somebody else's.
  private static final int PAYMENTS_MAX = 5;

  private static final long WINDOW_MILLIS = 60_000;

  static Progress of(@Nullable Map<String, AttributeValue> item) {
    if (item == null || item.isEmpty()) {
      return new Progress(0, 0, List.of(), 0);
    }
    return new Progress(
        number(item, "last"),
        number(item, "digest"),
        item.getOrDefault("recent", AttributeValue.fromL(List.of())).l().stream()
            .map(at -> Long.valueOf(at.n()))
            .toList(),
        number(item, "repeated"));
  }

  private static long number(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(item.getOrDefault(name, AttributeValue.fromN("0")).n());
  }

  /// After an event.
  ///
  /// @throws IllegalStateException if events before it are missing
  Progress after(Event event) {
    if (event.number() <= last) {
      return new Progress(last, digest, recent, repeated + 1);
    } else if (event.number() > last + 1) {
      throw new IllegalStateException(
          "Event %d of %s came after %d".formatted(event.number(), event.key(), last));
    }
    var times = new ArrayList<>(recent);
    if (event.source().equals("payments")) {
      times.removeIf(at -> at <= event.at() - WINDOW_MILLIS);
      times.add(event.at());
    }
    return new Progress(
        event.number(), digest * 31 + event.checksum(), List.copyOf(times), repeated);
  }

  /// Whether the last payment was one too many.
  boolean isFraud() {
    return recent.size() > PAYMENTS_MAX;
  }

  Map<String, AttributeValue> item(String key) {
    var item = new HashMap<String, AttributeValue>();
    item.put("pk", AttributeValue.fromS(key));
    item.put("sk", AttributeValue.fromN("0"));
    item.put("last", AttributeValue.fromN(Long.toString(last)));
    item.put("digest", AttributeValue.fromN(Long.toString(digest)));
    item.put("repeated", AttributeValue.fromN(Long.toString(repeated)));
    item.put(
        "recent",
        AttributeValue.fromL(
            recent.stream().map(at -> AttributeValue.fromN(at.toString())).toList()));
    return item;
  }
}
