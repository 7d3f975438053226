package dev.terrarium.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// All access keys that any service of the cloud has issued.
public final class CredentialSources implements Credentials {
  private final Map<String, Credentials> sources = new ConcurrentHashMap<>();

  CredentialSources() {}

  /// A service tells that it issues access keys; the last source of a name counts.
  public void add(String service, Credentials source) {
    sources.put(service, source);
  }

  @Override
  public Optional<Resolved> resolve(String accessKeyId) {
    for (var source : sources.values()) {
      var found = source.resolve(accessKeyId);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
