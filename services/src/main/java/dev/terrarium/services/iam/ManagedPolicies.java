package dev.terrarium.services.iam;

import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.iam.model.Policy;

/// The managed policies that AWS brings to every account: the commonly used ones, with AWS's
/// documents, from `managed-policies.json`.
final class ManagedPolicies {
  private static final String PREFIX = "arn:aws:iam::aws:policy";

  private record Managed(Policy policy, String document) {}

  private static final Map<String, Managed> BY_ARN = read();

  private ManagedPolicies() {}

  static Optional<Policy> policy(String arn) {
    return Optional.ofNullable(BY_ARN.get(arn)).map(Managed::policy);
  }

  static Optional<String> document(String arn) {
    return Optional.ofNullable(BY_ARN.get(arn)).map(Managed::document);
  }

  static List<Policy> all() {
    return BY_ARN.values().stream().map(Managed::policy).toList();
  }

  private static Map<String, Managed> read() {
    try (var in = ManagedPolicies.class.getResourceAsStream("managed-policies.json")) {
      var text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      var found = new LinkedHashMap<String, Managed>();
      for (var entry : Json.parse(text).properties()) {
        var full = entry.getKey();
        var name = full.substring(full.lastIndexOf('/') + 1);
        var path = "/" + full.substring(0, full.length() - name.length());
        var since = Instant.parse("2015-02-06T18:40:58Z");
        var policy =
            Policy.builder()
                .policyName(name)
                .policyId("ANPA" + id(name))
                .arn(PREFIX + path + name)
                .path(path)
                .defaultVersionId("v1")
                .isAttachable(true)
                .attachmentCount(0)
                .permissionsBoundaryUsageCount(0)
                .createDate(since)
                .updateDate(since)
                .build();
        found.put(policy.arn(), new Managed(policy, Json.write(entry.getValue())));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Always the same id for the same name.
  private static String id(String name) {
    var id = new StringBuilder();
    long state = name.hashCode() * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < 17; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      id.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt((int) (state >>> 59)));
    }
    return id.toString();
  }
}
