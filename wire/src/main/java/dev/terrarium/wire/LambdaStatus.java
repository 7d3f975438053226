package dev.terrarium.wire;

import java.util.Map;

/// The statuses other than 200 that restJson services answer with; the SDK's metadata does not have
/// them.
final class LambdaStatus {
  private static final Map<String, Integer> STATUS =
      Map.ofEntries(
          Map.entry("CreateFunction", 201),
          Map.entry("PublishVersion", 201),
          Map.entry("CreateAlias", 201),
          Map.entry("PublishLayerVersion", 201),
          Map.entry("AddPermission", 201),
          Map.entry("AddLayerVersionPermission", 201),
          Map.entry("CreateFunctionUrlConfig", 201),
          Map.entry("CreateCodeSigningConfig", 201),
          Map.entry("CreateEventSourceMapping", 202),
          Map.entry("UpdateEventSourceMapping", 202),
          Map.entry("DeleteEventSourceMapping", 202),
          Map.entry("InvokeAsync", 202),
          Map.entry("DeleteFunction", 204),
          Map.entry("DeleteAlias", 204),
          Map.entry("DeleteLayerVersion", 204),
          Map.entry("RemovePermission", 204),
          Map.entry("RemoveLayerVersionPermission", 204),
          Map.entry("DeleteFunctionConcurrency", 204),
          Map.entry("DeleteFunctionEventInvokeConfig", 204),
          Map.entry("DeleteFunctionUrlConfig", 204),
          Map.entry("DeleteFunctionCodeSigningConfig", 204),
          Map.entry("DeleteProvisionedConcurrencyConfig", 204),
          Map.entry("PutProvisionedConcurrencyConfig", 202),
          Map.entry("TagResource", 204),
          Map.entry("UntagResource", 204));

  private LambdaStatus() {}

  static int of(String operation, boolean hasBody) {
    return STATUS.getOrDefault(operation, hasBody ? 200 : 204);
  }
}
