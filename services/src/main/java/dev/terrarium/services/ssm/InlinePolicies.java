package dev.terrarium.services.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.ParameterInlinePolicy;

/// The policies that a parameter is given with its value: when it expires, and who is told of that
/// or of a value that does not change. Terrarium expires parameters; there is nobody to tell.
///
/// See "Assigning parameter policies" in the Systems Manager User Guide.
final class InlinePolicies {
  private static final int MAX = 10;

  private InlinePolicies() {}

  /// The policies of a request; null if it does not name any, which leaves those that are.
  static @Nullable List<ParameterInlinePolicy> of(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    JsonNode policies;
    try {
      policies = Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw SsmErrors.policyType("The policies are not valid JSON.");
    }
    if (policies.isObject()) {
      return List.of(checked(policies));
    }
    if (!policies.isArray()) {
      throw SsmErrors.policyType("The policies are not a list.");
    }
    if (policies.size() > MAX) {
      throw SsmErrors.policiesLimit();
    }
    var found = new ArrayList<ParameterInlinePolicy>();
    policies.forEach(policy -> found.add(checked(policy)));
    return found;
  }

  private static ParameterInlinePolicy checked(JsonNode policy) {
    var type = policy.path("Type").asText();
    var attributes = policy.path("Attributes");
    switch (type) {
      case "Expiration" -> {
        if (moment(attributes.path("Timestamp").asText()).isEmpty()) {
          throw SsmErrors.policyAttribute(
              "The policy attribute Timestamp of the policy Expiration is not valid.");
        }
      }
      case "ExpirationNotification" -> checkSpan(type, attributes, "Before");
      case "NoChangeNotification" -> checkSpan(type, attributes, "After");
      default ->
          throw SsmErrors.policyType(
              "The policy type isn't supported. Parameter Store supports the following policy types: Expiration, ExpirationNotification, and NoChangeNotification.");
    }
    return ParameterInlinePolicy.builder()
        .policyText(Json.write(policy))
        .policyType(type)
        .policyStatus("Pending")
        .build();
  }

  private static void checkSpan(String type, JsonNode attributes, String amount) {
    if (!attributes.path(amount).asText().matches("\\d+")
        || !attributes.path("Unit").asText().matches("Days|Hours")) {
      throw SsmErrors.policyAttribute(
          "The policy attributes of the policy " + type + " are not valid.");
    }
  }

  private static Optional<Instant> moment(String text) {
    try {
      return Optional.of(
          java.time.format.DateTimeFormatter.ISO_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /// When the policies have the parameter deleted, if they do.
  static Optional<Instant> expiration(List<ParameterInlinePolicy> policies) {
    return policies.stream()
        .filter(policy -> policy.policyType().equals("Expiration"))
        .flatMap(policy ->
            moment(Json.parse(policy.policyText()).path("Attributes").path("Timestamp").asText())
                .stream())
        .findFirst();
  }
}
