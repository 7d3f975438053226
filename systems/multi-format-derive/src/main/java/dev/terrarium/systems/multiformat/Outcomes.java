package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Run;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/// What the functions say in their logs that they did.
final class Outcomes {
  private static final ObjectMapper JSON = new ObjectMapper();

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
    var group = "/aws/lambda/" + run.output(function + "Function");
    var outcomes = new ArrayList<Outcome>();
    try {
      for (var event :
          run.clients
              .logs
              .filterLogEventsPaginator(filter -> filter.logGroupName(group))
              .events()) {
        if (event.message().startsWith("{")) {
          var line = JSON.readTree(event.message());
          outcomes.add(
              new Outcome(
                  line.path("key").asText(),
                  line.path("receive").asInt(),
                  line.path("outcome").asText()));
        }
      }
    } catch (ResourceNotFoundException _) {
      return List.of(); // it has not run yet
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The log of " + function + " is not as it was written", e);
    }
    return outcomes;
  }
}
