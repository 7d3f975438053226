package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One change of one item, as it is written into a stream.
///
/// @param expired whether time to live removed the item
record ChangeRecord(
    String eventId,
    long millis,
    boolean expired,
    Map<String, Value> keys,
    @Nullable Map<String, Value> before,
    @Nullable Map<String, Value> after,
    Kind kind) {
  /// What happened.
  enum Kind {
    INSERT(0),
    MODIFY(1),
    REMOVE(2);

    /// In the stored form.
    private final int number;

    Kind(int number) {
      this.number = number;
    }

    static Kind of(int number) {
      return switch (number) {
        case 0 -> INSERT;
        case 1 -> MODIFY;
        default -> REMOVE;
      };
    }
  }

  static final Codec<ChangeRecord> CODEC =
      Codec.of(
          1,
          (change, writer) -> {
            writer
                .string(change.eventId)
                .number(change.millis)
                .flag(change.expired)
                .number(change.kind.number);
            ItemCodec.write(writer, change.keys);
            writer
                .optional(change.before, ItemCodec::write)
                .optional(change.after, ItemCodec::write);
          },
          reader -> {
            var eventId = reader.string();
            var millis = reader.number();
            var expired = reader.flag();
            var kind = Kind.of(reader.integer());
            return new ChangeRecord(
                eventId,
                millis,
                expired,
                ItemCodec.read(reader),
                reader.optional(ItemCodec::read),
                reader.optional(ItemCodec::read),
                kind);
          });

  static ChangeRecord of(
      String eventId,
      long millis,
      boolean expired,
      KeySchema schema,
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after) {
    var there = after == null ? before : after;
    if (there == null) {
      throw new IllegalArgumentException("Nothing has changed");
    }
    var kind = before == null ? Kind.INSERT : after == null ? Kind.REMOVE : Kind.MODIFY;
    return new ChangeRecord(eventId, millis, expired, schema.of(there), before, after, kind);
  }

  /// What a stream of a view type keeps of it.
  ChangeRecord seenAs(String viewType) {
    var old = viewType.equals("OLD_IMAGE") || viewType.equals("NEW_AND_OLD_IMAGES");
    var fresh = viewType.equals("NEW_IMAGE") || viewType.equals("NEW_AND_OLD_IMAGES");
    return new ChangeRecord(
        eventId, millis, expired, keys, old ? before : null, fresh ? after : null, kind);
  }
}
