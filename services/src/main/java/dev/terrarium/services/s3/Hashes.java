package dev.terrarium.services.s3;

import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything that is computed over a body while it comes in: its MD5 and the wanted checksums.
final class Hashes {
  private final ChecksumKind.Hash md5 = ChecksumKind.digest("MD5");
  private final Map<ChecksumKind, ChecksumKind.Hash> running = new EnumMap<>(ChecksumKind.class);
  private final Map<ChecksumKind, byte[]> values = new EnumMap<>(ChecksumKind.class);
  private byte @Nullable [] md5Value;

  Hashes(Set<ChecksumKind> kinds) {
    for (var kind : kinds) {
      running.put(kind, kind.start());
    }
  }

  void update(byte[] bytes, int from, int count) {
    md5.update(bytes, from, count);
    for (var hash : running.values()) {
      hash.update(bytes, from, count);
    }
  }

  byte[] md5() {
    var value = md5Value;
    if (value == null) {
      value = md5.value();
      md5Value = value;
    }
    return value;
  }

  String etag() {
    return HexFormat.of().formatHex(md5());
  }

  /// The checksum of a kind that was wanted.
  byte[] value(ChecksumKind kind) {
    return values.computeIfAbsent(
        kind,
        k -> {
          var hash = running.get(k);
          if (hash == null) {
            throw new IllegalArgumentException(k + " was not computed");
          }
          return hash.value();
        });
  }

  String base64(ChecksumKind kind) {
    return Base64.getEncoder().encodeToString(value(kind));
  }
}
