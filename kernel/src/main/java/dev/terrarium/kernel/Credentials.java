package dev.terrarium.kernel;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Knows access keys: who they belong to and with which secret they sign.
///
/// Implemented by the services that issue keys; [Cloud#credentials()] asks them all. Whoever checks
/// a signature also checks [Resolved#sessionToken] and [Resolved#expires].
@FunctionalInterface
public interface Credentials {
  /// What belongs to an active access key, if it is known.
  Optional<Resolved> resolve(String accessKeyId);

  /// An access key.
  ///
  /// @param secretAccessKey with which it signs
  /// @param sessionToken which a request must carry, or empty for keys that last
  /// @param principal who signs with it
  /// @param expires when it stops being valid, or null if it does not
  /// @param session what narrows or marks it, beside the principal's own policies
  record Resolved(
      String secretAccessKey,
      String sessionToken,
      Principal principal,
      @Nullable Instant expires,
      Session session) {
    /// A key without a session.
    public Resolved(
        String secretAccessKey,
        String sessionToken,
        Principal principal,
        @Nullable Instant expires) {
      this(secretAccessKey, sessionToken, principal, expires, Session.NONE);
    }
  }

  /// What a temporary key was given when it was made.
  ///
  /// @param policy a document that narrows what the principal may do, or null
  /// @param policyArns of managed policies that narrow it as well
  /// @param tags of the session
  /// @param transitiveTags the keys of those that sessions begun from this one inherit
  /// @param sourceIdentity who stands behind it, or empty
  /// @param issuer whose policies count instead of the principal's own, an ARN, or empty
  record Session(
      @Nullable String policy,
      List<String> policyArns,
      Map<String, String> tags,
      List<String> transitiveTags,
      String sourceIdentity,
      String issuer) {
    /// Nothing.
    public static final Session NONE = new Session(null, List.of(), Map.of(), List.of(), "", "");

    public Session {
      policyArns = List.copyOf(policyArns);
      tags = Map.copyOf(tags);
      transitiveTags = List.copyOf(transitiveTags);
    }
  }
}
