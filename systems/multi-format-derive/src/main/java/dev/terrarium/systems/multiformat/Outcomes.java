package dev.terrarium.systems.multiformat;

import dev.terrarium.systems.Run;
import java.util.List;

/// What the functions say in their logs that they did.
final class Outcomes {
  /// One handling of one source.
  ///
  /// @param receive which delivery of its message this was
  record Outcome(String key, int receive, String text) {}

  private final Run run;

  Outcomes(Run run) {
    this.run = run;
  }

  /// Everything that a function did with a source.
  List<Outcome> of(String function, String key) {
    return of(function).stream().filter(outcome -> outcome.key().equals(key)).toList();
  }

  /// Everything that a function did.
  List<Outcome> of(String function) {
    return run.function(function + "Function").log().stream()
        .map(line ->
            new Outcome(
                line.path("key").asText(),
                line.path("receive").asInt(),
                line.path("outcome").asText()))
        .toList();
  }
}
