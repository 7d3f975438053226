package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/// `CreationPolicy`: a resource is not complete until it has been signalled often enough.
final class CreationSignals {
  private static final Duration TIMEOUT_MAX = Duration.ofHours(12);

  private final Work work;
  private final WaitSignals signals;

  CreationSignals(Work work) {
    this.work = work;
    this.signals = new WaitSignals(work.engine().cloud());
  }

  /// Waits for the signals that a policy asks for.
  ///
  /// @throws TemplateException with AWS's message if they do not come in time or tell of a failure
  void await(String name, JsonNode policy) {
    var signal = policy.path("ResourceSignal");
    var count = signal.path("Count").asInt(1);
    var timeout = timeout(signal.path("Timeout").asText("PT5M"));
    var place = WaitSignals.place(work.stack().id(), name);
    var cloud = work.engine().cloud();
    var deadline = signals.open(place, cloud.clock().now().plus(timeout));
    try (var watch = cloud.signals().watch(WaitSignals.wake(place))) {
      while (true) {
        var come = signals.of(place);
        var failed =
            come.stream().filter(one -> one.path("Status").asText().equals("FAILURE")).count();
        if (failed > 0) {
          throw new TemplateException(
              "Received %d FAILURE signal(s) out of %d. Unable to satisfy 100%% MinSuccessfulInstancesPercent requirement"
                  .formatted(failed, count));
        }
        if (come.size() >= count) {
          return;
        }
        if (!watch.await(deadline)) {
          throw new TemplateException(
              "Failed to receive %d resource signal(s) within the specified duration"
                  .formatted(count - come.size()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    } finally {
      if (!work.engine().isClosed()) {
        signals.forget(place);
      }
    }
  }

  private static Duration timeout(String text) {
    try {
      var timeout = Duration.parse(text);
      if (timeout.isNegative() || timeout.compareTo(TIMEOUT_MAX) > 0) {
        throw new TemplateException("CreationPolicy Timeout may not exceed PT12H");
      }
      return timeout;
    } catch (DateTimeParseException e) {
      throw new TemplateException(
          "Template format error: Invalid ISO8601 duration " + text + " in CreationPolicy", e);
    }
  }
}
