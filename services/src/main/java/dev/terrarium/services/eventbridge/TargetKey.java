package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.store.KeyCodec;

/// A target of a rule.
record TargetKey(RuleKey rule, String id) {
  static final KeyCodec<TargetKey> CODEC =
      KeyCodec.of(
          (key, writer) -> {
            RuleKey.CODEC.write(key.rule, writer);
            writer.string(key.id);
          },
          reader -> new TargetKey(RuleKey.CODEC.read(reader), reader.string()));

  /// The parts of the keys of its deliveries, for scans.
  Object[] parts() {
    var scope = rule.bus().scope();
    return new Object[] {scope.account(), scope.region(), rule.bus().name(), rule.name(), id};
  }

  /// What wakes those who work for it.
  String signal() {
    return rule.arn() + "#" + id;
  }
}
