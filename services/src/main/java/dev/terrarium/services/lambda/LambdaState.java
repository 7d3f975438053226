package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.kernel.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionEventInvokeConfig;
import software.amazon.awssdk.services.lambda.model.FunctionUrlConfig;

/// What is stored of functions and what belongs to them.
final class LambdaState {
  /// Something of a function under a version's, alias's or statement's name.
  record QualifiedKey(FunctionKey function, String qualifier) {}

  /// What a function has besides its versions.
  ///
  /// @param nextVersion the number of the next published version
  /// @param reserved reserved concurrency, or -1
  record Function(long nextVersion, int reserved, Map<String, String> tags) {
    Function withTags(Map<String, String> changed) {
      return new Function(nextVersion, reserved, changed);
    }

    Function withReserved(int concurrency) {
      return new Function(nextVersion, concurrency, tags);
    }
  }

  /// A version: its configuration, and the blob that holds its code.
  record Version(FunctionConfiguration configuration, String blob) {}

  /// An event source mapping.
  record Mapping(QualifiedKey key, EventSourceMappingConfiguration mapping) {}

  /// A resource policy: statements in their order, as JSON, and its revision.
  record Policy(Map<String, String> statements, String revisionId) {}

  private static final KeyCodec<QualifiedKey> QUALIFIED =
      KeyCodec.of(
          (QualifiedKey key, Key.Writer to) -> {
            FunctionKey.write(key.function, to);
            to.string(key.qualifier);
          },
          from -> new QualifiedKey(FunctionKey.read(from), from.string()));

  private static final PojoCodec<FunctionConfiguration> CONFIGURATIONS =
      new PojoCodec<>(FunctionConfiguration::builder);

  private static final Codec<Version> VERSIONS =
      Codec.of(
          1,
          (version, to) -> {
            to.string(version.blob);
            CONFIGURATIONS.write(to, version.configuration);
          },
          from -> {
            var blob = from.string();
            return new Version(CONFIGURATIONS.read(from), blob);
          });

  private static final Codec<Function> FUNCTIONS =
      Codec.of(
          1,
          (function, to) ->
              to.number(function.nextVersion).number(function.reserved).strings(function.tags),
          from -> new Function(from.number(), from.integer(), from.strings()));

  private static final Codec<Policy> POLICIES =
      Codec.of(
          1,
          (policy, to) -> to.string(policy.revisionId).strings(policy.statements),
          from -> {
            var revisionId = from.string();
            return new Policy(from.strings(), revisionId);
          });

  final Store store;
  final Locks locks = new Locks();
  final Keyspace<FunctionKey, Function> functions;
  final Keyspace<QualifiedKey, AliasConfiguration> aliases;
  final Keyspace<QualifiedKey, Policy> policies;
  final Keyspace<QualifiedKey, FunctionEventInvokeConfig> invokeConfigs;
  final Keyspace<QualifiedKey, Long> provisioned;
  final Keyspace<QualifiedKey, FunctionUrlConfig> urls;
  final Keyspace<String, QualifiedKey> urlIds;
  final Keyspace<QualifiedKey, EventSourceMappingConfiguration> mappings;

  /// Settings of functions that stand by themselves, by the names of their kinds.
  final Keyspace<QualifiedKey, String> settings;

  final Keyspace<ShardProgress.Place, ShardProgress> progress;
  private final Keyspace<QualifiedKey, Version> versions;
  private final Map<QualifiedKey, Version> cache = new ConcurrentHashMap<>();

  LambdaState(Cloud cloud) {
    store = cloud.store();
    functions =
        new Keyspace<>(
            store,
            "lambda.functions",
            KeyCodec.of(FunctionKey::write, FunctionKey::read),
            FUNCTIONS);
    versions = new Keyspace<>(store, "lambda.versions", QUALIFIED, VERSIONS);
    aliases =
        new Keyspace<>(
            store, "lambda.aliases", QUALIFIED, new PojoCodec<>(AliasConfiguration::builder));
    policies = new Keyspace<>(store, "lambda.policies", QUALIFIED, POLICIES);
    invokeConfigs =
        new Keyspace<>(
            store,
            "lambda.invokeconfigs",
            QUALIFIED,
            new PojoCodec<>(FunctionEventInvokeConfig::builder));
    provisioned =
        new Keyspace<>(
            store,
            "lambda.provisioned",
            QUALIFIED,
            Codec.of(1, (count, to) -> to.number(count), from -> from.number()));
    urls =
        new Keyspace<>(
            store, "lambda.urls", QUALIFIED, new PojoCodec<>(FunctionUrlConfig::builder));
    urlIds =
        new Keyspace<>(
            store,
            "lambda.urlids",
            KeyCodec.STRING,
            Codec.of(
                1,
                (key, to) ->
                    to.string(key.function.scope().account())
                        .string(key.function.scope().region())
                        .string(key.function.name())
                        .string(key.qualifier),
                from ->
                    new QualifiedKey(
                        new FunctionKey(new Scope(from.string(), from.string()), from.string()),
                        from.string())));
    mappings =
        new Keyspace<>(
            store,
            "lambda.mappings",
            QUALIFIED,
            new PojoCodec<>(EventSourceMappingConfiguration::builder));
    settings = new Keyspace<>(store, "lambda.settings", QUALIFIED, Codec.STRING);
    progress =
        new Keyspace<>(store, "lambda.progress", ShardProgress.Place.CODEC, ShardProgress.CODEC);
  }

  /// A version by its name (`$LATEST` or a number), or null.
  @Nullable Version version(FunctionKey function, String version) {
    var key = new QualifiedKey(function, version);
    var cached = cache.get(key);
    if (cached != null) {
      return cached;
    }
    var stored = versions.get(key);
    if (stored != null) {
      cache.put(key, stored);
    }
    return stored;
  }

  /// All versions: the published in their order, `$LATEST` first.
  List<Version> versions(FunctionKey function) {
    return versions.list(function.parts());
  }

  void put(Batch batch, FunctionKey function, String version, Version value) {
    var key = new QualifiedKey(function, version);
    versions.put(batch, key, value);
    batch.afterCommit(() -> cache.put(key, value));
  }

  void delete(Batch batch, FunctionKey function, String version) {
    var key = new QualifiedKey(function, version);
    versions.delete(batch, key);
    batch.afterCommit(() -> cache.remove(key));
  }

  /// An event source mapping, or null.
  @Nullable Mapping mapping(Scope scope, String uuid) {
    var found = new ArrayList<Mapping>(1);
    mappings.scan(
        (key, mapping) -> {
          if (key.qualifier().equals(uuid)) {
            found.add(new Mapping(key, mapping));
          }
          return found.isEmpty();
        },
        scope.account(),
        scope.region());
    return found.isEmpty() ? null : found.getFirst();
  }

  /// A function, or the error that it is not there.
  Function require(FunctionReference reference) {
    var function = functions.get(reference.function());
    if (function == null) {
      throw LambdaErrors.noFunction(reference.arn());
    }
    return function;
  }

  /// The version that a reference means, without regard to an alias's weights.
  Version requireVersion(FunctionReference reference) {
    var name = reference.qualifierOrLatest();
    var version = version(reference.function(), name);
    if (version == null) {
      var alias = aliases.get(new QualifiedKey(reference.function(), name));
      if (alias != null) {
        version = version(reference.function(), alias.functionVersion());
      }
    }
    if (version == null) {
      throw LambdaErrors.noFunction(reference.arn());
    }
    return version;
  }
}
