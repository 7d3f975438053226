package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.logs.LogsState.GroupKey;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Data protection policies of groups; [LogsState#masked] applies them to what is read.
final class LogProtection implements LogsPart {
  private final Cloud cloud;
  private final LogsState state;

  LogProtection(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
  }

  private GroupKey group(@Nullable String identifier) {
    if (identifier == null) {
      throw LogsErrors.missing("logGroupIdentifier");
    }
    var key = new GroupKey(Call.current().scope(), LogsState.groupName(null, identifier));
    var _ = state.requireGroup(key);
    return key;
  }

  @Override
  public PutDataProtectionPolicyResponse putDataProtectionPolicy(
      PutDataProtectionPolicyRequest request) {
    var key = group(request.logGroupIdentifier());
    DataIdentifiers.check(
        LogPolicies.document(request.policyDocument(), "Invalid JSON in policy document"));
    var now = cloud.clock().millis();
    state.groupProtections.put(
        key.group(),
        GetDataProtectionPolicyResponse.builder()
            .logGroupIdentifier(request.logGroupIdentifier())
            .policyDocument(request.policyDocument())
            .lastUpdatedTime(now)
            .build());
    state.protections.clear();
    return PutDataProtectionPolicyResponse.builder()
        .logGroupIdentifier(request.logGroupIdentifier())
        .policyDocument(request.policyDocument())
        .lastUpdatedTime(now)
        .build();
  }

  @Override
  public GetDataProtectionPolicyResponse getDataProtectionPolicy(
      GetDataProtectionPolicyRequest request) {
    var found = state.groupProtections.get(group(request.logGroupIdentifier()).group());
    return found == null
        ? GetDataProtectionPolicyResponse.builder()
            .logGroupIdentifier(request.logGroupIdentifier())
            .build()
        : found;
  }

  @Override
  public DeleteDataProtectionPolicyResponse deleteDataProtectionPolicy(
      DeleteDataProtectionPolicyRequest request) {
    state.groupProtections.delete(group(request.logGroupIdentifier()).group());
    state.protections.clear();
    return DeleteDataProtectionPolicyResponse.builder().build();
  }
}
