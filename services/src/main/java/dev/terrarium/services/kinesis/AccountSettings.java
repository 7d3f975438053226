package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.Codec;

/// What an account has settled with Kinesis in a region: whether it pays for throughput on demand
/// in advance, which changes prices and nothing else.
///
/// @param startedMillis when that began, or 0
/// @param endedMillis when that ended, or 0
record AccountSettings(boolean committed, long startedMillis, long endedMillis) {
  static final AccountSettings NONE = new AccountSettings(false, 0, 0);
  static final Codec<AccountSettings> CODEC =
      Codec.of(
          1,
          (settings, writer) ->
              writer
                  .flag(settings.committed)
                  .number(settings.startedMillis)
                  .number(settings.endedMillis),
          reader -> new AccountSettings(reader.flag(), reader.number(), reader.number()));
}
