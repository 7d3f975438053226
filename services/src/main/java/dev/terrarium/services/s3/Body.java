package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;

/// Where the bytes of an object or of a part are.
///
/// @param id of what, depends on the kind
record Body(Kind kind, String id) {
  static final Body EMPTY = new Body(Kind.EMPTY, "");

  /// The kinds of places.
  enum Kind {
    /// Nowhere: there are none.
    EMPTY(0),
    /// In the store, for what is small.
    INLINE(1),
    /// In a file of the blobs.
    FILE(2),
    /// In the parts of which the object was put together; the id is that of their list.
    PARTS(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  static void write(BinaryWriter writer, Body body) {
    writer.number(body.kind.code).string(body.id);
  }

  static Body read(BinaryReader reader) {
    return new Body(Kind.values()[reader.integer()], reader.string());
  }
}
