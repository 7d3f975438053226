package dev.terrarium.services.dynamodb;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A place in a shard, as it is handed to consumers: good for fifteen minutes.
record ShardIterator(String streamArn, int shard, long next, long madeMillis) {
  static final long LIFE_MILLIS = 15 * 60 * 1000L;

  String encode() {
    var text = shard + "|" + next + "|" + madeMillis;
    return streamArn
        + "|1|"
        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static ShardIterator decode(String text) {
    try {
      var parts = text.split("\\|", 3);
      var place = new String(Base64.getDecoder().decode(parts[2]), StandardCharsets.UTF_8);
      var numbers = place.split("\\|", 3);
      return new ShardIterator(
          parts[0],
          Integer.parseInt(numbers[0]),
          Long.parseLong(numbers[1]),
          Long.parseLong(numbers[2]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw DynamoErrors.validation("Invalid ShardIterator");
    }
  }
}
