package dev.terrarium.systems.condition.functions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What is known of a device.
///
/// Readings are looked at in the order in which they were taken, not in which they arrive: each
/// waits until one that is half a minute younger has come. What comes even later is put aside.
final class Device {
  private static final long LATENESS_MILLIS = 30_000;
  private static final double TOO_HOT = 80;

  /// Lower than the other, so that what trembles about one of them crosses nothing.
  private static final double COOL_AGAIN = 70;

  /// A change of state.
  record Crossing(long at, String state, double value) {}

  private final TreeMap<Long, Double> waiting = new TreeMap<>();
  private final List<Crossing> crossings = new ArrayList<>();
  private final List<Long> tooLate = new ArrayList<>();
  private final long version;
  private long newest;
  private String state = "cool";
  private String order = "";

  /// @param item as it was stored, or null for a device that is new
  Device(@Nullable Map<String, AttributeValue> item) {
    if (item == null) {
      version = 0;
      return;
    }
    version = Long.parseLong(get(item, "version").n());
    newest = Long.parseLong(get(item, "newest").n());
    state = get(item, "state").s();
    order = get(item, "order").s();
    get(item, "waiting")
        .m()
        .forEach((at, v) -> waiting.put(Long.valueOf(at), Double.valueOf(v.n())));
  }

  private static AttributeValue get(Map<String, AttributeValue> item, String name) {
    return java.util.Objects.requireNonNull(item.get(name), name);
  }

  /// Takes a reading, unless it has been taken before.
  ///
  /// @param sequence of its record; those of a device grow
  void take(String sequence, long at, double value) {
    if (sequence.compareTo(order) <= 0) {
      return;
    }
    order = sequence;
    if (at < newest - LATENESS_MILLIS) {
      tooLate.add(at);
      return;
    }
    newest = Math.max(newest, at);
    waiting.put(at, value);
    var ripe = waiting.headMap(newest - LATENESS_MILLIS, true);
    ripe.forEach(this::evaluate);
    ripe.clear();
  }

  private void evaluate(long at, double value) {
    var next = value >= TOO_HOT ? "hot" : value <= COOL_AGAIN ? "cool" : state;
    if (!next.equals(state)) {
      state = next;
      crossings.add(new Crossing(at, state, value));
    }
  }

  /// The version that it was read at; 0 if it is new.
  long version() {
    return version;
  }

  /// The crossings since it was read.
  List<Crossing> crossings() {
    return crossings;
  }

  /// When the readings were taken that have come too late since it was read.
  List<Long> tooLate() {
    return tooLate;
  }

  /// As it is to be stored.
  Map<String, AttributeValue> item(String device) {
    var readings = new TreeMap<String, AttributeValue>();
    waiting.forEach((at, v) -> readings.put(at.toString(), AttributeValue.fromN(v.toString())));
    return Map.of(
        "device", AttributeValue.fromS(device),
        "version", AttributeValue.fromN(Long.toString(version + 1)),
        "newest", AttributeValue.fromN(Long.toString(newest)),
        "state", AttributeValue.fromS(state),
        "order", AttributeValue.fromS(order),
        "waiting", AttributeValue.fromM(readings));
  }
}
