package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Makes sequence numbers and version ids.
///
/// A version id holds its version's sequence number, hidden behind random bits, so that a version
/// is found by its id without an index.
final class VersionIds {
  private static final int LENGTH = 32;

  private final Cloud cloud;
  private final AtomicLong last = new AtomicLong();

  VersionIds(Cloud cloud) {
    this.cloud = cloud;
  }

  /// A number larger than all before, of this process and, as the clock goes, of earlier ones.
  long next() {
    var now = cloud.clock().millis() << 20;
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }

  /// A version id for a sequence number.
  String of(long sequence) {
    var noise = cloud.ids().bytes(16);
    var mask = ByteBuffer.wrap(noise).getLong();
    var bytes = ByteBuffer.allocate(24).putLong(sequence ^ mask).put(noise).array();
    return Base64.getUrlEncoder().encodeToString(bytes).replace('-', '.');
  }

  /// The sequence number in a version id, or null if it is not one.
  static @Nullable Long sequence(String versionId) {
    if (versionId.length() != LENGTH) {
      return null;
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(versionId.replace('.', '-')));
      var hidden = bytes.getLong();
      return hidden ^ bytes.getLong();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// A sequence number as events tell it: 18 upper-case hexadecimal digits.
  static String sequencer(long sequence) {
    return "00" + String.format(Locale.ROOT, "%016X", sequence);
  }
}
