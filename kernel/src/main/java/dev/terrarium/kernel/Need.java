package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One permission that a call needs.
///
/// @param action such as `s3:GetObject`
/// @param resource its ARN, or `*`
/// @param owner the account whose resource it is; others need the resource's own consent
/// @param policy the resource's own policy, or null if it has none
/// @param strict whether the owner's own identities need the policy's consent as well, as with the
///   trust policy of a role
/// @param granted whether something beside policies consents, such as an access control list
/// @param context condition keys in lower case that only this service has
public record Need(
    String action,
    String resource,
    String owner,
    @Nullable JsonNode policy,
    boolean strict,
    boolean granted,
    Map<String, List<String>> context) {
  public Need {
    context = Map.copyOf(context);
  }

  /// A need of something that has no policy of its own.
  public static Need of(String action, String resource, String owner) {
    return new Need(action, resource, owner, null, false, false, Map.of());
  }

  /// The same, with the resource's own policy.
  public Need under(@Nullable JsonNode consent) {
    return new Need(action, resource, owner, consent, strict, granted, context);
  }

  /// The same, with the policy's consent needed by everybody.
  public Need strictly() {
    return new Need(action, resource, owner, policy, true, granted, context);
  }

  /// The same, with condition keys.
  public Need with(Map<String, List<String>> keys) {
    return new Need(action, resource, owner, policy, strict, granted, keys);
  }
}
