package dev.terrarium.services.s3;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.s3.model.Owner;

/// The canonical user ids of accounts: 64 hexadecimal digits that follow from the account's number.
final class Owners {
  private static final Map<String, Owner> KNOWN = new ConcurrentHashMap<>();

  private Owners() {}

  static Owner of(String account) {
    return KNOWN.computeIfAbsent(account, a -> Owner.builder().id(compute(a)).build());
  }

  static String id(String account) {
    return of(account).id();
  }

  private static String compute(String account) {
    var hash = ChecksumKind.SHA256.start();
    var bytes = ("canonical user of " + account).getBytes(StandardCharsets.UTF_8);
    hash.update(bytes, 0, bytes.length);
    return HexFormat.of().formatHex(hash.value());
  }
}
