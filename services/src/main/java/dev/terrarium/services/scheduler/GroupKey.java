package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import org.jspecify.annotations.Nullable;

/// What tells schedule groups apart.
record GroupKey(String account, String region, String name) {
  /// The group that is always there.
  static final String DEFAULT = "default";

  static final KeyCodec<GroupKey> CODEC =
      KeyCodec.of((key, writer) -> key.write(writer), GroupKey::read);

  /// The caller's group of that name, or their default one.
  static GroupKey of(@Nullable String name) {
    var call = Call.current();
    return new GroupKey(call.account(), call.region(), name == null ? DEFAULT : name);
  }

  Scope scope() {
    return new Scope(account, region);
  }

  String arn() {
    return scope().arn("scheduler", "schedule-group/" + name);
  }

  boolean isDefault() {
    return name.equals(DEFAULT);
  }

  void write(Key.Writer writer) {
    writer.string(account).string(region).string(name);
  }

  static GroupKey read(Key.Reader reader) {
    return new GroupKey(reader.string(), reader.string(), reader.string());
  }
}
