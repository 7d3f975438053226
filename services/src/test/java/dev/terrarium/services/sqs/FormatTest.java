package dev.terrarium.services.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class FormatTest {
  @Test
  void aMessage() {
    var value = MessageAttributeValue.builder().dataType("String").stringValue("v").build();
    var message =
        new Message("id", "body", Map.of("n", value), 1, "me", "g", "d", "s", "t", true, "q");
    var bytes =
        "01"
            + "046964"
            + "0267"
            + "02"
            + "08626f6479"
            + "046d65"
            + "0264"
            + "0273"
            + "0274"
            + "02"
            + "0271"
            + "02"
            + "026e"
            + "0c537472696e67"
            + "020276"
            + "00";
    assertThat(HexFormat.of().formatHex(Message.CODEC.encode(message))).isEqualTo(bytes);
    assertThat(Message.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(message);
  }

  @Test
  void aState() {
    var state = new MessageState(1, 2, 3, 4, "g");
    var bytes = "01" + "02" + "04" + "06" + "08" + "0267";
    assertThat(HexFormat.of().formatHex(MessageState.CODEC.encode(state))).isEqualTo(bytes);
    assertThat(MessageState.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(state);
  }

  @Test
  void aQueue() {
    var queue =
        new QueueConfig(
            "s",
            Instant.ofEpochSecond(1),
            Instant.ofEpochSecond(2),
            Map.of("a", "b"),
            Map.of(),
            Instant.ofEpochSecond(3));
    var bytes = "01" + "0273" + "0200" + "0400" + "0202610262" + "00" + "020600";
    assertThat(HexFormat.of().formatHex(QueueConfig.CODEC.encode(queue))).isEqualTo(bytes);
    assertThat(QueueConfig.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(queue);
  }
}
