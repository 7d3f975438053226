package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.Optional;

/// A rule of a bus.
record RuleKey(BusKey bus, String name) {
  static final KeyCodec<RuleKey> CODEC =
      KeyCodec.of(
          (key, writer) -> {
            BusKey.CODEC.write(key.bus, writer);
            writer.string(key.name);
          },
          reader -> new RuleKey(BusKey.CODEC.read(reader), reader.string()));

  /// The rule of an ARN: `rule/<name>` on the default bus, `rule/<bus>/<name>` on others.
  static Optional<RuleKey> of(String text) {
    return Arn.of(text)
        .filter(arn -> arn.service().equals("events") && arn.resource().startsWith("rule/"))
        .map(arn -> {
          var path = arn.resource().substring("rule/".length());
          var slash = path.lastIndexOf('/');
          var bus = slash < 0 ? BusKey.DEFAULT : path.substring(0, slash);
          return new RuleKey(new BusKey(arn.scope(), bus), path.substring(slash + 1));
        });
  }

  String arn() {
    return bus.scope().arn("events", "rule/" + (bus.isDefault() ? "" : bus.name() + "/") + name);
  }

  /// The parts of the keys of its targets, for scans.
  Object[] parts() {
    return new Object[] {bus.scope().account(), bus.scope().region(), bus.name(), name};
  }
}
