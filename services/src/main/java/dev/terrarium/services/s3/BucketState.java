package dev.terrarium.services.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A bucket with its configurations, as of one moment.
record BucketState(Bucket bucket, Map<Setting<?>, Object> settings) {
  BucketState {
    settings = Map.copyOf(settings);
  }

  /// A configuration, or null if the bucket has none of that kind.
  @SuppressWarnings("unchecked")
  <T> @Nullable T get(Setting<T> setting) {
    return (T) settings.get(setting);
  }

  String name() {
    return bucket.name();
  }
}
