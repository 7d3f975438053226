package dev.terrarium.services.logs;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.services.logs.transform.Transformer;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.AccountPolicy;
import software.amazon.awssdk.services.cloudwatchlogs.model.Destination;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDataProtectionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricFilter;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubscriptionFilter;

/// What is stored of groups, streams and events.
final class LogsState {
  /// A log group's place.
  record GroupKey(Scope scope, String group) {
    String arn() {
      return scope.arn("logs", "log-group:" + group);
    }
  }

  /// A log stream's place.
  record StreamKey(GroupKey group, String stream) {
    String arn() {
      return group.arn() + ":log-stream:" + stream;
    }
  }

  /// An event's place: by stream, then by time, then in the order of arrival.
  record EventKey(StreamKey stream, long timestamp, long sequence) {
    private static final int PLACES = 56;

    /// The event's id: 56 digits, in the order of the events of a stream.
    String id() {
      var id =
          BigInteger.valueOf(timestamp)
              .shiftLeft(64)
              .add(BigInteger.valueOf(sequence))
              .shiftLeft(80)
              .add(BigInteger.valueOf(stream.stream.hashCode() & 0xFFFFFFFFL))
              .toString();
      return "0".repeat(PLACES - id.length()) + id;
    }

    /// The place that an id tells of, in the given stream.
    static EventKey of(StreamKey stream, String id) {
      var place = new BigInteger(id).shiftRight(80);
      return new EventKey(stream, place.shiftRight(64).longValueExact(), place.longValue());
    }
  }

  /// A subscription's or metric filter's place.
  record FilterKey(GroupKey group, String filter) {}

  /// A group. Retention 0 means for ever.
  record Group(
      long creationTime,
      int retentionInDays,
      String kmsKeyId,
      String groupClass,
      boolean deletionProtected,
      Map<String, String> tags) {
    Group withRetention(int days) {
      return new Group(creationTime, days, kmsKeyId, groupClass, deletionProtected, tags);
    }

    Group withKey(String key) {
      return new Group(creationTime, retentionInDays, key, groupClass, deletionProtected, tags);
    }

    Group withTags(Map<String, String> changed) {
      return new Group(
          creationTime, retentionInDays, kmsKeyId, groupClass, deletionProtected, changed);
    }

    Group withProtection(boolean on) {
      return new Group(creationTime, retentionInDays, kmsKeyId, groupClass, on, tags);
    }
  }

  /// A stream; times are -1 while it has no events.
  record Stream(
      long creationTime, long firstEvent, long lastEvent, long lastIngestion, long nextSequence) {}

  /// An event.
  record Event(long ingestionTime, String message) {}

  /// What has tags, by the kind in its ARN.
  final Map<String, LogTags.Tagged> tagged = new ConcurrentHashMap<>();

  /// Tags of what has no place of its own for them, by ARN.
  final Kept<ListTagsForResourceResponse> tags;

  final LogTail.Tails tails = new LogTail.Tails();
  final Store store;
  final Locks locks = new Locks();
  final Keyspace<GroupKey, Group> groups;
  final Keyspace<StreamKey, Stream> streams;
  final Keyspace<EventKey, Event> events;
  final Keyspace<FilterKey, SubscriptionFilter> subscriptions;
  final Keyspace<FilterKey, MetricFilter> metricFilters;

  final Kept<AccountPolicy> accountPolicies;
  final Kept<Destination> destinations;
  final Kept<GetDataProtectionPolicyResponse> groupProtections;

  final Kept<GetTransformerResponse> transformers;

  /// What is made of the events of a group; forgotten when its transformer changes.
  final Map<GroupKey, Optional<Transforming>> transforming = new ConcurrentHashMap<>();

  /// A transformer at work, on what comes after its creation.
  record Transforming(long sinceMillis, Transformer transformer) {}

  /// What is masked in the events of a group; forgotten when a policy changes.
  final Map<GroupKey, Optional<DataIdentifiers>> protections = new ConcurrentHashMap<>();

  LogsState(Cloud cloud) {
    store = cloud.store();
    tags = new Kept<>(store, "logs.tags", ListTagsForResourceResponse::builder);
    accountPolicies = new Kept<>(store, "logs.accountPolicies", AccountPolicy::builder);
    destinations = new Kept<>(store, "logs.destinations", Destination::builder);
    transformers = new Kept<>(store, "logs.transformers", GetTransformerResponse::builder);
    groupProtections =
        new Kept<>(store, "logs.dataProtection", GetDataProtectionPolicyResponse::builder);
    groups =
        new Keyspace<>(
            store, "logs.groups", KeyCodec.of(LogsState::write, LogsState::group), GROUPS);
    streams =
        new Keyspace<>(
            store, "logs.streams", KeyCodec.of(LogsState::write, LogsState::stream), STREAMS);
    events =
        new Keyspace<>(
            store,
            "logs.events",
            KeyCodec.of(
                (key, to) -> {
                  write(key.stream, to);
                  to.number(key.timestamp).number(key.sequence);
                },
                from -> new EventKey(stream(from), from.number(), from.number())),
            EVENTS);
    var filterKeys =
        KeyCodec.of(
            (FilterKey key, Key.Writer to) -> {
              write(key.group, to);
              to.string(key.filter);
            },
            from -> new FilterKey(group(from), from.string()));
    subscriptions =
        new Keyspace<>(
            store, "logs.subscriptions", filterKeys, new PojoCodec<>(SubscriptionFilter::builder));
    metricFilters =
        new Keyspace<>(
            store, "logs.metricfilters", filterKeys, new PojoCodec<>(MetricFilter::builder));
  }

  /// A message of a group as those see it who may not see what its policy protects.
  String masked(GroupKey group, String message) {
    return protections
        .computeIfAbsent(group, this::protection)
        .map(identifiers -> identifiers.mask(message))
        .orElse(message);
  }

  /// What the group's transformer makes of a message that came in at a time; the message itself if
  /// there is none.
  String transformed(GroupKey group, String message, long ingestedMillis) {
    return transforming
        .computeIfAbsent(
            group,
            key ->
                Optional.ofNullable(transformers.get(key.scope, key.group))
                    .map(t ->
                        new Transforming(t.creationTime(), Transformer.of(t.transformerConfig()))))
        .filter(t -> ingestedMillis >= t.sinceMillis)
        .map(t -> t.transformer.apply(message))
        .orElse(message);
  }

  private Optional<DataIdentifiers> protection(GroupKey group) {
    var own = groupProtections.get(group.scope, group.group);
    if (own != null) {
      return Optional.of(DataIdentifiers.of(Json.parse(own.policyDocument())));
    }
    return accountPolicies.list(group.scope).stream()
        .filter(policy -> policy.policyType() == PolicyType.DATA_PROTECTION_POLICY)
        .findFirst()
        .map(policy -> DataIdentifiers.of(Json.parse(policy.policyDocument())));
  }

  /// A group, or the error that it is not there.
  Group requireGroup(GroupKey key) {
    var group = groups.get(key);
    if (group == null) {
      throw LogsErrors.noGroup();
    }
    return group;
  }

  /// A stream, or the error that it or its group is not there.
  Stream requireStream(StreamKey key) {
    var stream = streams.get(key);
    if (stream == null) {
      requireGroup(key.group);
      throw LogsErrors.noStream();
    }
    return stream;
  }

  /// Removes a stream's events that are older than `before`.
  void deleteEvents(StreamKey key, long before) {
    var more = true;
    while (more) {
      var batch = new Batch();
      events.scan(
          (event, value) -> {
            if (event.timestamp < before) {
              events.delete(batch, event);
            }
            return event.timestamp < before && batch.changes().size() < 1000;
          },
          key.group.scope.account(),
          key.group.scope.region(),
          key.group.group,
          key.stream);
      more = batch.changes().size() == 1000;
      store.commit(batch);
    }
  }

  static void write(GroupKey key, Key.Writer to) {
    to.string(key.scope.account()).string(key.scope.region()).string(key.group);
  }

  static GroupKey group(Key.Reader from) {
    return new GroupKey(new Scope(from.string(), from.string()), from.string());
  }

  static void write(StreamKey key, Key.Writer to) {
    write(key.group, to);
    to.string(key.stream);
  }

  private static StreamKey stream(Key.Reader from) {
    return new StreamKey(group(from), from.string());
  }

  private static final Codec<Group> GROUPS =
      Codec.of(
          1,
          (group, to) ->
              to.number(group.creationTime)
                  .number(group.retentionInDays)
                  .string(group.kmsKeyId)
                  .string(group.groupClass)
                  .flag(group.deletionProtected)
                  .strings(group.tags),
          from ->
              new Group(
                  from.number(),
                  from.integer(),
                  from.string(),
                  from.string(),
                  from.flag(),
                  from.strings()));

  private static final Codec<Stream> STREAMS =
      Codec.of(
          1,
          (stream, to) ->
              to.number(stream.creationTime)
                  .number(stream.firstEvent)
                  .number(stream.lastEvent)
                  .number(stream.lastIngestion)
                  .number(stream.nextSequence),
          from ->
              new Stream(
                  from.number(), from.number(), from.number(), from.number(), from.number()));

  private static final Codec<Event> EVENTS =
      Codec.of(
          1,
          (event, to) -> to.number(event.ingestionTime).string(event.message),
          from -> new Event(from.number(), from.string()));

  /// The name of a stream, which must be there.
  static String streamName(@Nullable String name) {
    if (name == null) {
      throw LogsErrors.missing("logStreamName");
    }
    return name;
  }

  /// The name in a name or ARN of a group, whichever of the two members is set.
  static String groupName(@Nullable String name, @Nullable String identifier) {
    var text = name != null ? name : identifier;
    if (text == null) {
      throw LogsErrors.invalid("Either logGroupName or logGroupIdentifier must be specified.");
    }
    if (text.startsWith("arn:")) {
      var parts = text.split(":");
      if (parts.length < 7 || !parts[5].equals("log-group")) {
        throw LogsErrors.invalid("Invalid log group identifier: " + text);
      }
      return parts[6];
    }
    return text;
  }
}
