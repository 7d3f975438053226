package dev.terrarium.services.iam;

import java.net.InetAddress;
import java.util.regex.Pattern;

/// CIDR ranges of IPv4 and IPv6.
final class IpRange {
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private IpRange() {}

  /// Whether an address lies in a range; a range without a length is one address.
  static boolean contains(String range, String address) {
    var slash = range.indexOf('/');
    var network = bytes(slash < 0 ? range : range.substring(0, slash));
    var actual = bytes(address);
    if (network.length == 0 || network.length != actual.length) {
      return false;
    }
    int bits;
    try {
      bits = slash < 0 ? network.length * 8 : Integer.parseInt(range.substring(slash + 1));
    } catch (NumberFormatException e) {
      return false;
    }
    for (int i = 0; i < Math.min(bits, network.length * 8); i++) {
      var mask = 0x80 >>> (i % 8);
      if ((network[i / 8] & mask) != (actual[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /// The bytes of a literal address; none if it is not one. Never asks a name server.
  private static byte[] bytes(String address) {
    if (!LITERAL.matcher(address).matches()) {
      return new byte[0];
    }
    try {
      return InetAddress.ofLiteral(address).getAddress();
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
