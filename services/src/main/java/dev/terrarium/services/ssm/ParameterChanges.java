package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What EventBridge hears of parameters.
///
/// See *Setting up notifications or triggering actions based on Parameter Store events* in the user
/// guide.
final class ParameterChanges {
  private ParameterChanges() {}

  /// Tells that a parameter changes with the batch.
  ///
  /// @param operation `Create`, `Update`, `Delete` or `LabelParameterVersion`
  static void tell(
      Cloud cloud,
      Batch batch,
      ParameterKey key,
      String operation,
      @Nullable String type,
      @Nullable String description) {
    cloud.announce(
        batch,
        () -> {
          var detail = Json.object().put("name", key.name());
          if (type != null) {
            detail.put("type", type);
          }
          if (description != null) {
            detail.put("description", description);
          }
          return new Announcement(
              key.scope(),
              "aws.ssm",
              "Parameter Store Change",
              List.of(key.arn()),
              detail.put("operation", operation));
        });
  }
}
