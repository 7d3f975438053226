package dev.terrarium.systems.multiformat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Sentences without sense, with the letters and signs that formats stumble over.
final class Words {
  private static final List<String> WORDS =
      List.of(
          "river",
          "meadow",
          "café",
          "naïve",
          "Zürich",
          "fern",
          "moss",
          "R&D",
          "a<b",
          "lichen",
          "glass",
          "jar",
          "humidity",
          "\"quoted\"",
          "soil",
          "spore",
          "light",
          "cycle",
          "orchid",
          "salamander",
          "pebble",
          "50%",
          "frond",
          "vapour",
          "canopy",
          "root",
          "Ångström");

  private Words() {}

  static String some(SplittableRandom random, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
        .collect(Collectors.joining(" "));
  }
}
