package dev.terrarium.services.kms;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.kms.model.GrantListEntry;

/// Permissions to use a key that stand beside its policy.
final class Grants {
  private static final String MARK = "terrarium-grant/";

  /// Which grant.
  record GrantKey(KeyRef key, String id) {
    static final KeyCodec<GrantKey> CODEC =
        KeyCodec.of(
            (grant, to) -> {
              KeyRef.CODEC.write(grant.key, to);
              to.string(grant.id);
            },
            from -> new GrantKey(KeyRef.CODEC.read(from), from.string()));

    /// What a caller may show to use the grant at once. AWS's tokens say nothing to anybody else;
    /// neither does this one, for a grant is for its grantee alone.
    String token() {
      return Base64.getEncoder()
          .encodeToString((MARK + key.path() + "/" + id).getBytes(StandardCharsets.UTF_8));
    }

    static Optional<GrantKey> ofToken(String token) {
      try {
        var text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
        var parts = text.split("/");
        return text.startsWith(MARK) && parts.length == 5
            ? Optional.of(new GrantKey(new KeyRef(parts[1], parts[2], parts[3]), parts[4]))
            : Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  final Keyspace<GrantKey, GrantListEntry> stored;

  Grants(Cloud cloud) {
    this.stored =
        new Keyspace<>(
            cloud.store(), "kms.grants", GrantKey.CODEC, new PojoCodec<>(GrantListEntry::builder));
  }

  List<GrantListEntry> of(KeyRef key) {
    return stored.list(key.account(), key.region(), key.id());
  }

  /// Whether a grant lets a principal do something with a key.
  boolean allow(KeyRef key, String principal, String operation, Map<String, String> context) {
    for (var grant : of(key)) {
      if (isFor(grant.granteePrincipal(), principal)
          && grant.operationsAsStrings().contains(operation)
          && holds(grant, context)) {
        return true;
      }
    }
    return false;
  }

  /// A role stands for its sessions, and an account's root for the whole account.
  static boolean isFor(String granted, String principal) {
    if (granted == null) {
      return false;
    }
    var own = principal.split(":", 6);
    if (granted.equals(principal)
        || own.length == 6 && granted.equals("arn:" + own[1] + ":iam::" + own[4] + ":root")) {
      return true;
    }
    if (own.length == 6 && own[5].startsWith("assumed-role/")) {
      var role = own[5].split("/")[1];
      return granted.startsWith("arn:" + own[1] + ":iam::" + own[4] + ":role/")
          && granted.substring(granted.lastIndexOf('/') + 1).equals(role);
    }
    return false;
  }

  private static boolean holds(GrantListEntry grant, Map<String, String> context) {
    var constraints = grant.constraints();
    if (constraints == null) {
      return true;
    }
    if (constraints.hasEncryptionContextEquals()
        && !constraints.encryptionContextEquals().equals(context)) {
      return false;
    }
    return !constraints.hasEncryptionContextSubset()
        || context.entrySet().containsAll(constraints.encryptionContextSubset().entrySet());
  }
}
