package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/// A poller for each mapping that is enabled.
///
/// A poller that is to change ends first and its successor begins then, so that two never take from
/// the same shard. In between the mapping shows itself as changing.
final class MappingPollers implements AutoCloseable {
  private final Cloud cloud;
  private final LambdaState state;
  private final VersionRouter router;
  private final Dispatcher dispatcher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Poller> pollers = new HashMap<>();
  private final Set<String> ending = new HashSet<>();

  /// How mappings show themselves while their pollers end.
  private final Map<String, EventSourceMappingConfiguration> changing = new HashMap<>();

  private boolean closed;

  MappingPollers(Cloud cloud, LambdaState state, VersionRouter router, Dispatcher dispatcher) {
    this.cloud = cloud;
    this.state = state;
    this.router = router;
    this.dispatcher = dispatcher;
  }

  /// Starts the pollers of all enabled mappings.
  void resume() {
    state.mappings.scan((key, mapping) -> {
      run(key, mapping);
      return true;
    });
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      pollers.values().forEach(Poller::abandon);
      pollers.clear();
    } finally {
      lock.unlock();
    }
  }

  /// Starts the poller of a mapping, if it is enabled. Returns when it is fixed where it begins.
  void run(QualifiedKey key, EventSourceMappingConfiguration mapping) {
    if (!mapping.state().equals("Enabled") || !isThere(mapping.eventSourceArn())) {
      return;
    }
    var poller = poller(key, mapping);
    if (poller instanceof StreamPoller stream && stream.isNew()) {
      stream.tryToBegin();
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      pollers.put(mapping.uuid(), poller);
    } finally {
      lock.unlock();
    }
    poller.start();
  }

  /// Whether the service of a source is part of this cloud.
  boolean isThere(String source) {
    var service = Arn.of(source).orElseThrow().service();
    return cloud.service(service.equals("dynamodb") ? "dynamodbstreams" : service) != null;
  }

  private Poller poller(QualifiedKey key, EventSourceMappingConfiguration mapping) {
    var target = new MappingTarget(cloud, state, router, dispatcher, key, mapping);
    var arn = Arn.of(mapping.eventSourceArn()).orElseThrow();
    return MappingRules.isQueue(arn)
        ? new QueuePoller(cloud, target)
        : new StreamPoller(cloud, state, target, source(arn, key, mapping));
  }

  /// The stream of an ARN.
  StreamSource source(Arn arn, QualifiedKey key, EventSourceMappingConfiguration mapping) {
    var filter = RecordFilter.of(mapping.filterCriteria());
    if (arn.service().equals("dynamodb")) {
      return new DynamoSource(cloud, arn, filter);
    }
    var version = state.version(key.function(), FunctionKey.LATEST);
    var role = version == null ? "" : version.configuration().role();
    return new KinesisSource(cloud, arn, role, filter);
  }

  /// Lets a mapping's poller go on as the store now says, or end.
  ///
  /// @param shown how the mapping shows itself until then
  void change(Scope scope, EventSourceMappingConfiguration shown) {
    var uuid = shown.uuid();
    Poller poller;
    lock.lock();
    try {
      poller = pollers.get(uuid);
      if (poller != null) {
        changing.put(uuid, shown);
        if (!ending.add(uuid)) {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
    if (poller == null) {
      settle(scope, uuid);
    } else {
      poller.stop(() -> settle(scope, uuid));
    }
  }

  /// How a mapping shows itself while it changes, or null if it does not.
  @Nullable EventSourceMappingConfiguration changing(String uuid) {
    lock.lock();
    try {
      return changing.get(uuid);
    } finally {
      lock.unlock();
    }
  }

  private void settle(Scope scope, String uuid) {
    lock.lock();
    try {
      pollers.remove(uuid);
      ending.remove(uuid);
      changing.remove(uuid);
      if (closed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    var found = state.mapping(scope, uuid);
    if (found != null) {
      run(found.key(), found.mapping());
    } else {
      var batch = new Batch();
      state.progress.deleteAll(batch, ShardProgress.Place.parts(scope, uuid));
      state.store.commit(batch);
    }
  }
}
