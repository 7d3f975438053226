package dev.terrarium.services.sts;

import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Errors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.GetFederationTokenRequest;
import software.amazon.awssdk.services.sts.model.PolicyDescriptorType;
import software.amazon.awssdk.services.sts.model.Tag;

/// What narrows or marks a session: session policies, session tags, source identity.
final class SessionMarks {
  private static final int TAGS_MAX = 50;
  private static final int POLICY_ARNS_MAX = 10;
  private static final int PACKED_BYTES_MAX = 4096;

  private SessionMarks() {}

  /// @param before of the session from which the role is assumed: what is transitive is inherited
  static Credentials.Session of(AssumeRoleRequest request, Credentials.Session before) {
    var tags = new LinkedHashMap<String, String>();
    var asked = tags(request.tags());
    var transitive = new ArrayList<>(before.transitiveTags());
    for (var key : before.transitiveTags()) {
      if (asked.keySet().stream().anyMatch(key::equalsIgnoreCase)) {
        throw Errors.of(
            400,
            "ValidationError",
            "One of the specified transitive tag keys can't be set because it conflicts with a"
                + " transitive tag key from the calling session.");
      }
      tags.put(key, before.tags().getOrDefault(key, ""));
    }
    tags.putAll(asked);
    for (var key : request.transitiveTagKeys()) {
      if (!asked.containsKey(key)) {
        throw Errors.of(
            400,
            "ValidationError",
            "The specified transitive tag key must be included in the requested tags.");
      }
      transitive.add(key);
    }
    var identity = request.sourceIdentity() == null ? "" : request.sourceIdentity();
    if (!before.sourceIdentity().isEmpty()) {
      if (!identity.isEmpty() && !identity.equals(before.sourceIdentity())) {
        throw Errors.of(
            403,
            "AccessDenied",
            "The source identity of a session cannot be changed once it is set.");
      }
      identity = before.sourceIdentity();
    }
    return new Credentials.Session(
        request.policy(), arns(request.policyArns()), tags, transitive, identity, "");
  }

  static Credentials.Session of(GetFederationTokenRequest request, String issuer) {
    return new Credentials.Session(
        request.policy(), arns(request.policyArns()), tags(request.tags()), List.of(), "", issuer);
  }

  private static Map<String, String> tags(List<Tag> tags) {
    if (tags.size() > TAGS_MAX) {
      throw Errors.of(
          400,
          "ValidationError",
          "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must"
              + " have length less than or equal to 50");
    }
    var all = new LinkedHashMap<String, String>();
    var seen = new HashSet<String>();
    for (var tag : tags) {
      if (!seen.add(tag.key().toLowerCase(Locale.ROOT))) {
        throw Errors.of(
            400,
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
      }
      all.put(tag.key(), tag.value());
    }
    return all;
  }

  private static List<String> arns(List<PolicyDescriptorType> policies) {
    if (policies.size() > POLICY_ARNS_MAX) {
      throw Errors.of(
          400,
          "ValidationError",
          "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member"
              + " must have length less than or equal to 10");
    }
    return policies.stream().map(PolicyDescriptorType::arn).toList();
  }

  /// How much of the room for policies and tags is used, or null if none is.
  static @Nullable Integer packedPercent(Credentials.Session marks) {
    var policy = marks.policy();
    var bytes = policy == null ? 0 : policy.length();
    for (var tag : marks.tags().entrySet()) {
      bytes += tag.getKey().length() + tag.getValue().length();
    }
    for (var arn : marks.policyArns()) {
      bytes += arn.length();
    }
    return bytes == 0 ? null : Math.max(1, bytes * 100 / PACKED_BYTES_MAX);
  }
}
