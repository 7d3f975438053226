package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// All queues of all accounts and regions: those at work in memory, the others in the store.
final class Queues {
  final Cloud cloud;
  final QueueStore stored;
  private final Map<QueueKey, Queue> live = new ConcurrentHashMap<>();
  private final QueueMetrics metrics;

  Queues(Cloud cloud) {
    this.cloud = cloud;
    this.stored = new QueueStore(cloud.store());
    this.metrics = new QueueMetrics(cloud, live.values());
    var garbage = new ArrayList<String>();
    stored.garbage.scan((storageId, nothing) -> {
      garbage.add(storageId);
      return true;
    });
    garbage.forEach(this::sweep);
  }

  /// The queue of a key.
  ///
  /// @throws software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException if there is none
  Queue get(QueueKey key) {
    var queue = find(key);
    if (queue == null) {
      throw SqsErrors.noQueue();
    }
    return queue;
  }

  /// The queue of a URL.
  Queue ofUrl(@Nullable String url) {
    if (url == null) {
      throw SqsErrors.missing("QueueUrl");
    }
    return get(QueueKey.ofUrl(url));
  }

  @Nullable Queue find(QueueKey key) {
    var queue = live.get(key);
    if (queue == null) {
      var config = stored.queues.get(key);
      if (config == null) {
        return null;
      }
      queue = live.computeIfAbsent(key, k -> new Queue(cloud, stored, k, config));
    }
    metrics.touch();
    return queue;
  }

  /// Stores a new queue, unless there is one of that name; tells which of them it is.
  Queue create(QueueKey key, QueueConfig config) {
    return live.computeIfAbsent(
        key,
        k -> {
          var there = stored.queues.get(k);
          if (there == null) {
            stored.queues.put(k, config);
          }
          return new Queue(cloud, stored, k, there == null ? config : there);
        });
  }

  void delete(QueueKey key) {
    var queue = get(key);
    var garbage = queue.delete();
    live.remove(key, queue);
    sweep(garbage);
  }

  /// Removes what a purge or deletion left behind, later.
  void sweep(String storageId) {
    cloud.background("sqs", "sweep", cloud.defaultScope(), () -> stored.sweep(storageId));
  }

  /// The names of a scope's queues that begin with `prefix` and come after `after`, in order.
  List<QueueKey> list(Scope scope, String prefix, String after, int max) {
    var found = new ArrayList<QueueKey>();
    stored.queues.scanFrom(
        new QueueKey(scope.account(), scope.region(), after.isEmpty() ? prefix : after),
        (key, config) -> {
          if (key.name().startsWith(prefix) && !key.name().equals(after)) {
            found.add(key);
          } else if (key.name().compareTo(prefix) > 0 && !key.name().startsWith(prefix)) {
            return false;
          }
          return found.size() < max;
        },
        scope.account(),
        scope.region());
    return found;
  }

  /// Queues of a scope whose dead letters go to `target`.
  List<QueueKey> sourcesOf(QueueKey target) {
    var found = new ArrayList<QueueKey>();
    stored.queues.scan(
        (key, config) -> {
          var redrive = config.redrive();
          if (redrive != null && redrive.target().equals(target)) {
            found.add(key);
          }
          return true;
        },
        target.account(),
        target.region());
    return found;
  }

  Collection<Queue> live() {
    return live.values();
  }

  /// The URL of a queue as the current caller reaches it.
  String url(QueueKey key) {
    var call = Call.currentOrNull();
    var endpoint = call == null ? cloud.endpoint() : call.endpoint();
    return endpoint + "/" + key.account() + "/" + key.name();
  }
}
