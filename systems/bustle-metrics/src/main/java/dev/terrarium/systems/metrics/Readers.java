package dev.terrarium.systems.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Readers' visits, drawn from a seed, in experiments whose effects are planted: as many of each
/// variant convert as the plan says, only who is drawn.
final class Readers {
  private static final String[] DEVICES = {"desktop", "mobile", "mobile", "tablet"};

  /// An experiment, and how many of its readers do what is hoped for, in each variant.
  private record Plan(String experiment, double a, double b) {}

  private static final List<Plan> PLANS =
      List.of(
          new Plan("headline", 0.20, 0.30),
          new Plan("infinite-scroll", 0.25, 0.16),
          new Plan("colour-of-the-button", 0.20, 0.20));

  private Readers() {}

  /// A visit.
  record Visit(int number, String experiment, String variant, String device, boolean converted) {
    byte[] data() {
      return """
      {"visit":%d,"experiment":"%s","variant":"%s","device":"%s","converted":%b}\
      """
          .formatted(number, experiment, variant, device, converted)
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  /// Draws visits, and tells what must be found.
  static List<Visit> draw(long seed, int each, ObjectNode truth) {
    var random = new Random(seed);
    var visits = new ArrayList<Visit>();
    for (var plan : PLANS) {
      var experiment = truth.withObjectProperty("effects").putObject(plan.experiment());
      experiment.put("views", 2 * each);
      experiment.put("sign", Double.compare(plan.b(), plan.a()));
      for (var variant : List.of("A", "B")) {
        var converting = Math.round(each * (variant.equals("A") ? plan.a() : plan.b()));
        for (int i = 0; i < each; i++) {
          var device = DEVICES[random.nextInt(DEVICES.length)];
          var converted = i < converting;
          visits.add(new Visit(visits.size(), plan.experiment(), variant, device, converted));
          var counters = truth.withObjectProperty("counters");
          var name = plan.experiment() + "#" + variant + "#" + device;
          counters.put(name + " views", counters.path(name + " views").asLong() + 1);
          counters.put(
              name + " conversions",
              counters.path(name + " conversions").asLong() + (converted ? 1 : 0));
        }
      }
    }
    Collections.shuffle(visits, random);
    return visits;
  }
}
