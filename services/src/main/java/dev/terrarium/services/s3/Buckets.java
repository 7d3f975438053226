package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.S3Request;

/// All buckets of the cloud: names are global, across accounts and regions.
///
/// What the store holds is cached per bucket, for every request needs it; a change replaces the
/// cached state after its commit. An object is committed under the shared side of its bucket's
/// gate, and a bucket is removed under the exclusive side, so that no object outlives its bucket.
final class Buckets {
  private record Owned(String account, String name) {}

  private record SettingKey(String bucket, String setting) {}

  private final Cloud cloud;
  private final Keyspace<String, Bucket> buckets;
  private final Keyspace<Owned, String> owned;
  private final Keyspace<SettingKey, byte[]> settings;
  private final Keyspace<Configurations.Id, byte[]> configurations;
  private final Map<String, BucketState> cache = new ConcurrentHashMap<>();
  private final Map<String, ReentrantReadWriteLock> gates = new ConcurrentHashMap<>();
  private volatile AccessObserver observer = (request, state, error, response) -> {};

  /// Is told of every request to a bucket.
  interface AccessObserver {
    void served(
        S3Request request,
        BucketState state,
        @Nullable AwsServiceException error,
        @Nullable Object response);
  }

  Buckets(Cloud cloud) {
    this.cloud = cloud;
    this.buckets = new Keyspace<>(cloud.store(), "s3.buckets", KeyCodec.STRING, Bucket.CODEC);
    this.configurations =
        new Keyspace<>(cloud.store(), Configurations.KEYSPACE, Configurations.ID, Codec.BYTES);
    this.owned =
        new Keyspace<>(
            cloud.store(),
            "s3.owned",
            KeyCodec.of(
                (key, writer) -> writer.string(key.account).string(key.name),
                reader -> new Owned(reader.string(), reader.string())),
            Codec.STRING);
    this.settings =
        new Keyspace<>(
            cloud.store(),
            "s3.settings",
            KeyCodec.of(
                (key, writer) -> writer.string(key.bucket).string(key.setting),
                reader -> new SettingKey(reader.string(), reader.string())),
            Codec.BYTES);
  }

  void observe(AccessObserver replacement) {
    observer = replacement;
  }

  /// Serves a request to a bucket: finds the bucket, checks its expected owner, does the work.
  <R> R serve(S3Request request, Function<BucketState, R> work) {
    var state = require(request);
    R response;
    try {
      response = work.apply(state);
    } catch (AwsServiceException e) {
      observer.served(request, state, e, null);
      throw e;
    }
    observer.served(request, state, null, response);
    return response;
  }

  /// The bucket that a request names.
  BucketState require(S3Request request) {
    var name = Members.text(request, "Bucket");
    if (name == null) {
      name = Members.text(request, "DestinationBucket");
    }
    if (name == null) {
      throw S3Errors.invalidBucketName("");
    }
    var state = require(name);
    expectRegion(state, request);
    expectOwner(state, Members.text(request, "ExpectedBucketOwner"));
    return state;
  }

  /// Sends those who sign for another region to the bucket's own, as regional endpoints do. Only
  /// where a bucket is may be asked everywhere.
  private static void expectRegion(BucketState state, S3Request request) {
    var call = Call.current();
    var region = state.bucket().region();
    if (!call.region().equals(region)
        && call.principal().arn().startsWith("arn:")
        && !(request instanceof GetBucketLocationRequest)) {
      throw S3Errors.elsewhere(state.name(), region);
    }
  }

  /// Refuses a bucket that is not whose the caller expects.
  static void expectOwner(BucketState state, @Nullable String account) {
    if (account != null && !account.equals(state.bucket().account())) {
      throw S3Errors.accessDenied();
    }
  }

  /// A bucket that must be there.
  BucketState require(String name) {
    var state = find(name);
    if (state == null) {
      throw BucketName.isValid(name) || name.length() > 3 && !name.contains("/")
          ? S3Errors.noSuchBucket(name)
          : S3Errors.invalidBucketName(name);
    }
    return state;
  }

  /// A bucket, or null.
  @Nullable BucketState find(String name) {
    var cached = cache.get(name);
    return cached != null ? cached : cache.computeIfAbsent(name, this::load);
  }

  /// Makes a bucket with its first configurations.
  ///
  /// @return whether it was made; false if the name is taken
  boolean create(Bucket bucket, Map<Setting<?>, Object> initial) {
    var created = new boolean[1];
    cache.compute(
        bucket.name(),
        (name, cached) -> {
          var present = cached != null ? cached : load(name);
          if (present != null) {
            return present;
          }
          var batch = new Batch();
          buckets.put(batch, name, bucket);
          owned.put(batch, new Owned(bucket.account(), name), bucket.region());
          initial.forEach((setting, value) -> put(batch, name, setting, value));
          cloud.store().commit(batch);
          created[0] = true;
          return new BucketState(bucket, initial);
        });
    return created[0];
  }

  /// Removes a bucket if nothing is in it.
  ///
  /// @param empty tells whether nothing is in it, and removes what may remain
  void delete(Bucket bucket, BiFunction<Bucket, Batch, Boolean> empty) {
    var gate = gate(bucket.name()).writeLock();
    gate.lock();
    try {
      cache.compute(
          bucket.name(),
          (name, cached) -> {
            if (!buckets.contains(name)) {
              throw S3Errors.noSuchBucket(name);
            }
            var batch = new Batch();
            if (!empty.apply(bucket, batch)) {
              throw S3Errors.bucketNotEmpty(name, bucket.versioned());
            }
            buckets.delete(batch, name);
            owned.delete(batch, new Owned(bucket.account(), name));
            settings.deleteAll(batch, name);
            configurations.deleteAll(batch, name);
            cloud.store().commit(batch);
            return null;
          });
    } finally {
      gate.unlock();
    }
  }

  /// Changes a bucket itself.
  void change(String name, UnaryOperator<Bucket> change) {
    cache.compute(
        name,
        (n, cached) -> {
          var state = cached != null ? cached : load(n);
          if (state == null) {
            throw S3Errors.noSuchBucket(n);
          }
          var changed = change.apply(state.bucket());
          buckets.put(n, changed);
          return new BucketState(changed, state.settings());
        });
  }

  /// Sets a configuration, or removes it if `value` is null.
  <T> void set(String name, Setting<T> setting, @Nullable T value) {
    set(name, setting, value, new Batch());
  }

  /// As [#set], together with other changes.
  <T> void set(String name, Setting<T> setting, @Nullable T value, Batch batch) {
    cache.compute(
        name,
        (n, cached) -> {
          var state = cached != null ? cached : load(n);
          if (state == null) {
            throw S3Errors.noSuchBucket(n);
          }
          var changed = new HashMap<Setting<?>, Object>(state.settings());
          if (value == null) {
            changed.remove(setting);
            settings.delete(batch, new SettingKey(n, setting.name()));
          } else {
            changed.put(setting, value);
            put(batch, n, setting, value);
          }
          cloud.store().commit(batch);
          return new BucketState(state.bucket(), changed);
        });
  }

  /// Commits something about a bucket's objects while the bucket cannot go away.
  <R> R within(Bucket bucket, Function<BucketState, R> work) {
    var gate = gate(bucket.name()).readLock();
    gate.lock();
    try {
      var now = find(bucket.name());
      if (now == null || !now.bucket().created().equals(bucket.created())) {
        throw S3Errors.noSuchBucket(bucket.name());
      }
      return work.apply(now);
    } finally {
      gate.unlock();
    }
  }

  /// The names of an account's buckets that are behind `after`, in order.
  List<String> ownedBy(String account, String after) {
    var names = new ArrayList<String>();
    owned.scanFrom(
        new Owned(account, after),
        (key, region) -> {
          if (!key.name.equals(after)) {
            names.add(key.name);
          }
          return true;
        },
        account);
    return names;
  }

  /// How many buckets an account has.
  int count(String account) {
    return ownedBy(account, "").size();
  }

  /// All buckets, for what is done to every one of them at start or once a day.
  List<BucketState> all() {
    var all = new ArrayList<BucketState>();
    for (var bucket : buckets.list()) {
      var state = find(bucket.name());
      if (state != null) {
        all.add(state);
      }
    }
    return all;
  }

  private ReentrantReadWriteLock gate(String name) {
    var gate = gates.get(name);
    return gate != null ? gate : gates.computeIfAbsent(name, n -> new ReentrantReadWriteLock());
  }

  private @Nullable BucketState load(String name) {
    var bucket = buckets.get(name);
    if (bucket == null) {
      return null;
    }
    var loaded = new HashMap<Setting<?>, Object>();
    for (var setting : Setting.ALL) {
      var bytes = settings.get(new SettingKey(name, setting.name()));
      if (bytes != null) {
        loaded.put(setting, setting.codec().decode(bytes));
      }
    }
    return new BucketState(bucket, loaded);
  }

  @SuppressWarnings("unchecked")
  private <T> void put(Batch batch, String name, Setting<T> setting, Object value) {
    settings.put(batch, new SettingKey(name, setting.name()), setting.codec().encode((T) value));
  }
}
