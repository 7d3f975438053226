package dev.terrarium.services.logs.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;

/// What a log group's transformer makes of messages. See *Transform logs during ingestion* in the
/// CloudWatch Logs user guide.
public final class Transformer {
  private static final int PROCESSORS_MAX = 20;

  /// One processor, ready to work.
  @FunctionalInterface
  interface Step {
    /// Changes the event in place.
    void apply(ObjectNode event, String message);
  }

  private final List<Step> steps = new ArrayList<>();

  private Transformer(List<Processor> processors) {
    for (var processor : processors) {
      var step = Parsers.of(processor);
      var other = step == null ? Mutators.of(processor) : null;
      if (steps.isEmpty() && step == null) {
        throw new IllegalArgumentException(
            "The first processor in the transformer must be a parser.");
      }
      steps.add(step == null ? required(other) : step);
    }
  }

  /// @throws IllegalArgumentException if the processors make no transformer; the message says why
  /// @throws UnsupportedOperationException naming a processor that Terrarium does not have
  public static Transformer of(List<Processor> processors) {
    if (processors.isEmpty() || processors.size() > PROCESSORS_MAX) {
      throw new IllegalArgumentException(
          "The number of processors in the transformer must be between 1 and " + PROCESSORS_MAX);
    }
    return new Transformer(processors);
  }

  private static Step required(@Nullable Step step) {
    if (step == null) {
      throw new IllegalArgumentException("Every processor must have exactly one type.");
    }
    return step;
  }

  /// What a message becomes, as JSON.
  public String apply(String message) {
    var event = Json.object();
    for (var step : steps) {
      step.apply(event, message);
    }
    return Json.write(event);
  }
}
