package dev.terrarium.services.ecr;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Keyspace;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The repositories there are.
final class Repositories {
  private static final String FORM =
      "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";
  private static final Pattern NAME = Pattern.compile(FORM);
  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-zA-Z-]*:ecr:([a-z0-9-]+):([0-9]{12}):repository/(.+)");

  private final Cloud cloud;
  private final Locks locks = new Locks();
  private final Keyspace<RepositoryKey, RepositoryConfig> repositories;

  Repositories(Cloud cloud) {
    this.cloud = cloud;
    this.repositories =
        new Keyspace<>(
            cloud.store(), "ecr.repositories", RepositoryKey.CODEC, RepositoryConfig.CODEC);
  }

  Instant now() {
    return cloud.clock().now();
  }

  /// The repository that a request names.
  ///
  /// @param registryId the account, if not the caller's own
  RepositoryKey key(@Nullable String registryId, @Nullable String name) {
    var call = Call.current();
    var constraint = name == null ? "must not be null" : constraint(name);
    if (!constraint.isEmpty()) {
      throw EcrErrors.invalid(
          "Invalid parameter at 'repositoryName' failed to satisfy constraint: '"
              + constraint
              + "'");
    }
    var account = registryId == null ? call.account() : registryId;
    return new RepositoryKey(account, call.region(), String.valueOf(name));
  }

  private static String constraint(String name) {
    if (name.length() < 2) {
      return "must have length greater than or equal to 2";
    }
    if (name.length() > 256) {
      return "must have length less than or equal to 256";
    }
    return NAME.matcher(name).matches() ? "" : "must satisfy regular expression '" + FORM + "'";
  }

  /// The repository of an ARN.
  RepositoryKey ofArn(@Nullable String arn) {
    var matcher = ARN.matcher(arn == null ? "" : arn);
    if (!matcher.matches()) {
      throw EcrErrors.invalid(
          "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'");
    }
    return new RepositoryKey(matcher.group(2), matcher.group(1), matcher.group(3));
  }

  @Nullable RepositoryConfig find(RepositoryKey key) {
    return repositories.get(key);
  }

  RepositoryConfig get(RepositoryKey key) {
    var found = repositories.get(key);
    if (found == null) {
      throw EcrErrors.notFound(key);
    }
    return found;
  }

  List<RepositoryConfig> list(String account) {
    return repositories.list(account, Call.current().region());
  }

  void add(RepositoryKey key, RepositoryConfig config) {
    locks.with(
        key,
        () -> {
          if (repositories.contains(key)) {
            throw EcrErrors.exists(key);
          }
          repositories.put(key, config);
          return config;
        });
  }

  RepositoryConfig change(RepositoryKey key, UnaryOperator<RepositoryConfig> change) {
    return locks.with(
        key,
        () -> {
          var changed = change.apply(get(key));
          repositories.put(key, changed);
          return changed;
        });
  }

  RepositoryConfig remove(RepositoryKey key) {
    return locks.with(
        key,
        () -> {
          var gone = get(key);
          repositories.delete(key);
          return gone;
        });
  }
}
