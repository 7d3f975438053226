package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;

/// What tells schedules apart: a name is unique in its group.
record ScheduleKey(GroupKey group, String name) {
  static final KeyCodec<ScheduleKey> CODEC =
      KeyCodec.of((key, writer) -> key.write(writer), ScheduleKey::read);

  String arn() {
    return group.scope().arn("scheduler", "schedule/" + group.name() + "/" + name);
  }

  void write(Key.Writer writer) {
    group.write(writer);
    writer.string(name);
  }

  static ScheduleKey read(Key.Reader reader) {
    return new ScheduleKey(GroupKey.read(reader), reader.string());
  }
}
