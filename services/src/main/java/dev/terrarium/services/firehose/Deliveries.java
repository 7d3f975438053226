package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All delivery streams of all accounts and regions. Each is at work from the moment it is there.
final class Deliveries implements AutoCloseable {
  final Cloud cloud;
  final DeliveryStore stored;
  final Courier courier;

  /// Held while delivery streams come, go or change, for memory work only.
  private final ReentrantLock defining = new ReentrantLock();

  private final Map<DeliveryKey, Delivery> live = new ConcurrentHashMap<>();

  Deliveries(Cloud cloud) {
    this.cloud = cloud;
    this.stored = new DeliveryStore(cloud);
    this.courier = new Courier(cloud);
  }

  /// Takes up what was left when the process last ended.
  void start() {
    stored.garbage.sweepLater();
    stored.streams.scan((key, config) -> {
      begin(key, config);
      return true;
    });
  }

  @Override
  public void close() {
    live.values().forEach(Delivery::end);
  }

  private Delivery begin(DeliveryKey key, DeliveryConfig config) {
    var delivery = new Delivery(this, key, config);
    live.put(key, delivery);
    delivery.begin();
    return delivery;
  }

  Delivery get(String name) {
    var key = DeliveryKey.of(name);
    var delivery = live.get(key);
    if (delivery == null) {
      throw FirehoseErrors.notFound(key);
    }
    return delivery;
  }

  @Nullable Delivery find(DeliveryKey key) {
    return live.get(key);
  }

  void create(DeliveryKey key, DeliveryConfig config) {
    defining.lock();
    try {
      if (live.containsKey(key)) {
        throw FirehoseErrors.inUse(key);
      }
      stored.streams.put(key, config);
      begin(key, config);
    } finally {
      defining.unlock();
    }
  }

  /// Changes what a delivery stream is.
  DeliveryConfig change(Delivery delivery, UnaryOperator<DeliveryConfig> change) {
    defining.lock();
    try {
      if (live.get(delivery.key) != delivery) {
        throw FirehoseErrors.notFound(delivery.key);
      }
      var config = change.apply(delivery.config());
      stored.streams.put(delivery.key, config);
      delivery.config(config);
      return config;
    } finally {
      defining.unlock();
    }
  }

  void delete(Delivery delivery) {
    defining.lock();
    try {
      if (!live.remove(delivery.key, delivery)) {
        throw FirehoseErrors.notFound(delivery.key);
      }
      var batch = new Batch();
      stored.streams.delete(batch, delivery.key);
      stored.discard(batch, delivery.config().storageId());
      stored.store.commit(batch);
    } finally {
      defining.unlock();
    }
    delivery.end();
    stored.garbage.sweepLater();
  }

  /// The delivery streams of a scope that come after `after`, in the order of their names.
  List<DeliveryConfig> list(Scope scope, String after) {
    var found = new ArrayList<DeliveryConfig>();
    stored.streams.scanFrom(
        DeliveryKey.of(scope, after),
        (key, config) -> key.name().equals(after) || found.add(config),
        scope.account(),
        scope.region());
    return found;
  }
}
