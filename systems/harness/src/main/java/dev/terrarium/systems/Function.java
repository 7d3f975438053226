package dev.terrarium.systems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;

/// A function, looked at from outside.
///
/// @param name as the stack's outputs tell it
public record Function(Run run, String name) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// The lines of JSON that it has printed, oldest first.
  public List<JsonNode> log() {
    var group = "/aws/lambda/" + name;
    try {
      return run
          .clients
          .logs
          .filterLogEventsPaginator(filter -> filter.logGroupName(group))
          .events()
          .stream()
          .filter(event -> event.message().startsWith("{"))
          .map(event -> tree(event.message()))
          .toList();
    } catch (ResourceNotFoundException _) {
      return List.of(); // it has not run yet
    }
  }

  private JsonNode tree(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The log of " + name + " is not as it was written", e);
    }
  }

  /// Sets a variable of its environment.
  public void set(String variable, String value) {
    var lambda = run.clients.lambda;
    var variables =
        new LinkedHashMap<>(
            lambda
                .getFunctionConfiguration(get -> get.functionName(name))
                .environment()
                .variables());
    variables.put(variable, value);
    lambda.updateFunctionConfiguration(
        update -> update.functionName(name).environment(e -> e.variables(variables)));
    run.require(
        name + " takes its new environment",
        PATIENCE,
        () ->
            lambda.getFunctionConfiguration(get -> get.functionName(name)).lastUpdateStatus()
                == LastUpdateStatus.SUCCESSFUL);
  }

  /// Switches one of its event source mappings on or off, and waits until it is.
  ///
  /// @param mapping the output of the stack that tells its id
  public static void connect(Run run, String mapping, boolean connected) {
    var lambda = run.clients.lambda;
    var id = run.output(mapping);
    lambda.updateEventSourceMapping(update -> update.uuid(id).enabled(connected));
    var wanted = connected ? "Enabled" : "Disabled";
    run.require(
        mapping + " is " + wanted,
        PATIENCE,
        () -> lambda.getEventSourceMapping(get -> get.uuid(id)).state().equals(wanted));
  }
}
