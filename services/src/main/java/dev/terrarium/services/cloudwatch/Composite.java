package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.time.Instant;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// An alarm on the states of other alarms.
///
/// @param model all that AWS says of it
record Composite(AlarmKey key, CompositeAlarm model) {
  private static final PojoCodec<CompositeAlarm> MODEL = new PojoCodec<>(CompositeAlarm::builder);

  static final Codec<Composite> CODEC =
      Codec.of(
          1,
          (alarm, writer) -> {
            writer.string(alarm.key.account()).string(alarm.key.region()).string(alarm.key.name());
            MODEL.write(writer, alarm.model);
          },
          reader ->
              new Composite(
                  new AlarmKey(reader.string(), reader.string(), reader.string()),
                  MODEL.read(reader)));

  AlarmRule rule() {
    return AlarmRule.parse(model.alarmRule());
  }

  /// The same in another state.
  Composite in(StateValue state, String reason, String data, Instant now) {
    return new Composite(
        key,
        model.toBuilder()
            .stateValue(state)
            .stateReason(reason)
            .stateReasonData(data)
            .stateUpdatedTimestamp(now)
            .stateTransitionedTimestamp(now)
            .build());
  }
}
