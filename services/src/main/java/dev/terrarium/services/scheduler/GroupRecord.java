package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.Map;
import software.amazon.awssdk.services.scheduler.model.GetScheduleGroupResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupState;

/// A schedule group.
///
/// @param config as it is shown
/// @param token of the request that made it, or empty
record GroupRecord(GetScheduleGroupResponse config, String token, Map<String, String> tags) {
  private static final PojoCodec<GetScheduleGroupResponse> CONFIG =
      new PojoCodec<>(GetScheduleGroupResponse::builder);

  static final Codec<GroupRecord> CODEC =
      Codec.of(
          1,
          (group, writer) -> {
            CONFIG.write(writer, group.config);
            writer.string(group.token).strings(group.tags);
          },
          reader -> new GroupRecord(CONFIG.read(reader), reader.string(), reader.strings()));

  GroupRecord {
    tags = Map.copyOf(tags);
  }

  boolean isDeleting() {
    return config.state() == ScheduleGroupState.DELETING;
  }

  GroupRecord with(Map<String, String> replaced) {
    return new GroupRecord(config, token, replaced);
  }
}
