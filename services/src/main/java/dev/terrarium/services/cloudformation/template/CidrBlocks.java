package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.List;

/// `Fn::Cidr` for IPv4.
final class CidrBlocks {
  private CidrBlocks() {}

  /// @param arguments the block, how many, and how many bits each leaves to hosts
  static JsonNode of(List<String> arguments) {
    var block = arguments.get(0).split("/");
    var octets = block[0].split("\\.");
    if (block.length != 2 || octets.length != 4) {
      throw wrong(arguments);
    }
    try {
      long network = 0;
      for (var octet : octets) {
        network = network << 8 | Integer.parseInt(octet);
      }
      var count = Integer.parseInt(arguments.get(1));
      var bits = arguments.size() > 2 ? Integer.parseInt(arguments.get(2)) : 8;
      var available = 32 - Integer.parseInt(block[1]);
      if (count < 1
          || count > 256
          || bits < 1
          || bits > available
          || (long) count << bits > 1L << available) {
        throw wrong(arguments);
      }
      var blocks = Json.array();
      for (int i = 0; i < count; i++) {
        var start = network + ((long) i << bits);
        blocks.add(
            "%d.%d.%d.%d/%d"
                .formatted(
                    start >>> 24 & 255,
                    start >>> 16 & 255,
                    start >>> 8 & 255,
                    start & 255,
                    32 - bits));
      }
      return blocks;
    } catch (NumberFormatException e) {
      throw wrong(arguments);
    }
  }

  private static TemplateException wrong(List<String> arguments) {
    return new TemplateException(
        "Template error: Fn::Cidr cannot make the blocks that it is asked for: " + arguments);
  }
}
