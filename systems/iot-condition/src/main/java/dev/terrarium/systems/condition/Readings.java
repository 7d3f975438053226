package dev.terrarium.systems.condition;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// Readings of devices that warm up and cool down and tremble, drawn from a seed. One in ten
/// arrives late, one in fifty too late.
final class Readings {
  private static final int EACH = 60;
  private static final long PERIOD_MILLIS = 5_000;

  /// Nothing that comes too late is among the last readings: by then nothing younger would follow.
  private static final int PUNCTUAL_LAST = 30;

  private final SplittableRandom random;
  private final List<Reading> readings = new ArrayList<>();
  private int naive;

  Readings(long seed) {
    random = new SplittableRandom(seed);
  }

  /// A reading.
  ///
  /// @param at when it was taken
  /// @param arrives when it is sent
  record Reading(String device, long at, double value, long arrives) {
    byte[] data() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("device", device)
          .put("at", at)
          .put("value", value)
          .toString()
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  /// Draws them, in the order in which they arrive, and tells what must be noticed.
  List<Reading> draw(int devices, ObjectNode truth) {
    for (int i = 0; i < devices; i++) {
      var device = "device-" + i;
      device(device, truth.putObject(device));
    }
    readings.sort(Comparator.comparingLong(Reading::arrives));
    return readings;
  }

  /// How many crossings there would be if one limit were all.
  int naive() {
    return naive;
  }

  private void device(String device, ObjectNode truth) {
    var crossings = truth.putArray("crossings");
    var tooLate = truth.putArray("tooLate");
    var phase = random.nextDouble(Math.PI * 2);
    var hot = false;
    var over = false;
    var start = 1_000_000L + random.nextInt(1000);
    for (int i = 0; i < EACH; i++) {
      var at = start + i * PERIOD_MILLIS;
      var value =
          Math.round(10 * (75 + 12 * Math.sin(phase + i / 6.0) + random.nextDouble(-6, 6))) / 10.0;
      var luck = random.nextInt(50);
      if (luck == 0 && i < EACH - PUNCTUAL_LAST) {
        tooLate.add(at);
        readings.add(new Reading(device, at, value, at + 90_000 + random.nextInt(30_000)));
        continue;
      }
      var delay = luck <= 5 ? random.nextInt(20_000) : random.nextInt(900);
      readings.add(new Reading(device, at, value, at + delay));
      var was = hot;
      hot = value >= 80 || (hot && value > 70);
      if (hot != was) {
        cross(crossings, at, hot);
      }
      naive += value >= 80 != over ? 1 : 0;
      over = value >= 80;
    }
    // A last one, so that all others are looked at.
    var end = start + EACH * PERIOD_MILLIS + 600_000;
    readings.add(new Reading(device, end, 0, end));
  }

  private static void cross(ArrayNode crossings, long at, boolean hot) {
    crossings.add(at + (hot ? " hot" : " cool"));
  }
}
