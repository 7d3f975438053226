package dev.terrarium.services.iam;

import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Principal;
import java.util.Optional;
import software.amazon.awssdk.services.iam.model.StatusType;

/// The access keys of users, for whoever checks signatures.
final class AccessKeys implements Credentials {
  private final IamStore store;

  AccessKeys(IamStore store) {
    this.store = store;
  }

  @Override
  public Optional<Resolved> resolve(String accessKeyId) {
    var stored = store.keys.get(accessKeyId);
    if (stored == null || stored.key().status() != StatusType.ACTIVE) {
      return Optional.empty();
    }
    var user = store.users.get(IamStore.Named.of(stored.account(), stored.key().userName()));
    if (user == null) {
      return Optional.empty();
    }
    var principal = new Principal(stored.account(), user.arn(), user.userId(), accessKeyId);
    return Optional.of(new Resolved(stored.key().secretAccessKey(), "", principal, null));
  }
}
