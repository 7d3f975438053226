package dev.terrarium.services.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class KinesisFormatTest {
  @Test
  void aRecord() {
    var bytes = HexFormat.of().parseHex("01" + "02" + "02" + "026b" + "06010203");
    var record = new StreamRecord(1, "k", new byte[] {1, 2, 3}, true);
    assertThat(StreamRecord.CODEC.encode(record)).isEqualTo(bytes);
    var read = StreamRecord.CODEC.decode(bytes);
    assertThat(read.arrivalMillis()).isEqualTo(1);
    assertThat(read.partitionKey()).isEqualTo("k");
    assertThat(read.data()).containsExactly(1, 2, 3);
    assertThat(read.encrypted()).isTrue();
  }

  @Test
  void aShard() {
    var shard = new ShardConfig(3, 1, ShardConfig.NONE, HashKey.LEAST, new HashKey(1, 2), 4, 5, 6);
    var bytes = "01" + "06" + "02" + "01" + "0000" + "0204" + "08" + "0a" + "0c";
    assertThat(HexFormat.of().formatHex(ShardConfig.CODEC.encode(shard))).isEqualTo(bytes);
    assertThat(ShardConfig.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(shard);
  }

  @Test
  void aStream() {
    var stream =
        new StreamConfig(
            "s",
            StreamDescriptionSummary.builder()
                .streamName("n")
                .retentionPeriodHours(24)
                .streamCreationTimestamp(Instant.ofEpochSecond(1))
                .build(),
            Map.of("a", "b"),
            "p",
            4,
            List.of(5L),
            List.of(6L));
    var bytes =
        "01"
            + "0273"
            + "06"
            + "14"
            + HexFormat.of()
                .formatHex("StreamName".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            + "02026e"
            + "28"
            + HexFormat.of()
                .formatHex("RetentionPeriodHours".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            + "0630"
            + "2e"
            + HexFormat.of()
                .formatHex(
                    "StreamCreationTimestamp".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            + "0e0200"
            + "0202610262"
            + "0270"
            + "08"
            + "020a"
            + "020c";
    assertThat(HexFormat.of().formatHex(StreamConfig.CODEC.encode(stream))).isEqualTo(bytes);
    assertThat(StreamConfig.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(stream);
  }

  @Test
  void aConsumer() {
    var consumer = new ConsumerConfig(1, Map.of("a", "b"), "p");
    var bytes = "01" + "02" + "0202610262" + "0270";
    assertThat(HexFormat.of().formatHex(ConsumerConfig.CODEC.encode(consumer))).isEqualTo(bytes);
    assertThat(ConsumerConfig.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(consumer);
  }

  /// Taken from the documentation of PutRecord.
  @Test
  void sequenceNumbersLookLikeThoseOfAws() {
    var number = "49590338271490256608559692538361571095921575989136588898";
    var parsed = SequenceNumber.parse(number);
    assertThat(parsed).isNotNull();
    assertThat(java.util.Objects.requireNonNull(parsed).shard()).isEqualTo(6);
    assertThat(parsed.toString()).isEqualTo(number);
  }

  @Test
  void sequenceNumbersAreTheirBitsInDecimal() {
    var number = new SequenceNumber(0x5bf4e5c2L, 0x7FFFFFFF, Long.MAX_VALUE, 0x5c181eeaL);
    var bits = "2" + "05bf4e5c2" + "f" + "7fffffffffffffff" + "00" + "05c181eea" + "7fffffff" + "2";
    assertThat(number.toString()).isEqualTo(new java.math.BigInteger(bits, 16).toString());
    assertThat(SequenceNumber.parse(number.toString())).isEqualTo(number);
    assertThat(SequenceNumber.parse("1".repeat(56))).isNull();
    assertThat(SequenceNumber.parse("5")).isNull();
  }
}
