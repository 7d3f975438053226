package dev.terrarium.kernel;

import java.time.Instant;
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
  record Resolved(
      String secretAccessKey,
      String sessionToken,
      Principal principal,
      @Nullable Instant expires) {}
}
